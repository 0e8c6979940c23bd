namespace Fathom.Cli.Output;

/// <summary>Whoever read standard output has gone (<c>fathom … | head</c>): nothing is left to say, and that is no failure.</summary>
internal sealed class PipeClosedException : Exception
{
    public PipeClosedException()
        : base("standard output was closed by its reader")
    {
    }
}
