namespace Fathom.Cli;

/// <summary>Options that each parse but do not go together; exit code 2.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }
}
