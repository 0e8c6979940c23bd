namespace Fathom.Formats.Hub;

/// <summary>A failure that another attempt may not meet: a cut, a stall, an overloaded server.</summary>
internal sealed class HubTransientException : FathomException
{
    public HubTransientException(string message, Exception? cause = null, TimeSpan? retryAfter = null)
        : base(message, cause!)
    {
        RetryAfter = retryAfter;
    }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; }
}
