namespace Fathom.Models.Verification;

/// <summary>What the same-bits proof gave.</summary>
public sealed class DeterminismReport
{
    /// <summary>SHA-256 over states and log-probabilities of the built-in prompts, in hexadecimal: the same on every machine for the same model.</summary>
    public required string Hash { get; init; }

    /// <summary>Each way of computing, and whether it gave the same bits.</summary>
    public required IReadOnlyList<(string Name, bool Passed)> Checks { get; init; }

    /// <summary>Whether every way gave the same bits.</summary>
    public bool Passed => Checks.All(check => check.Passed);
}
