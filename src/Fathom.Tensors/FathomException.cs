namespace Fathom;

/// <summary>
/// The one exception type for what a user can mend: a wrong file, a wrong setting, a full disk. Its message is one line that
/// names the file, the place, what was expected and what to do. Programming errors keep the framework's exception types.
/// </summary>
public class FathomException : Exception
{
    /// <summary>Creates the exception with a one-line message for people.</summary>
    public FathomException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a one-line message for people and its cause.</summary>
    public FathomException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
