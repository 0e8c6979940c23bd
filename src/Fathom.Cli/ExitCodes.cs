namespace Fathom.Cli;

/// <summary>What the process answers to its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed: a wrong file, a full disk, a check that did not hold.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C or a termination signal, with what was done kept.</summary>
    public const int Stopped = 130;
}
