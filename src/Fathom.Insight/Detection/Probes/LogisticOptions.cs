namespace Fathom.Insight.Detection;

/// <summary>Settings of a logistic regression.</summary>
public sealed record LogisticOptions
{
    /// <summary>Weight of the data against the penalty, C; default 1. Smaller = smaller coefficients.</summary>
    public double DataWeight { get; init; } = 1;

    /// <summary>Whether every class counts alike, however many samples it has; default no.</summary>
    public bool Balanced { get; init; }

    /// <summary>Largest gradient entry, relative to C times the samples, at which the fit ends; default 1e-10.</summary>
    public double Tolerance { get; init; } = 1e-10;

    /// <summary>Most steps; default 2000.</summary>
    public int MaxSteps { get; init; } = 2000;

    internal void Validate()
    {
        if (!(DataWeight > 0 && double.IsFinite(DataWeight))) throw new FathomException($"logistic regression: C {DataWeight}; expected a number above 0");
        if (!(Tolerance > 0 && double.IsFinite(Tolerance))) throw new FathomException($"logistic regression: tolerance {Tolerance}; expected a number above 0");
        if (MaxSteps < 1) throw new FathomException($"logistic regression: {MaxSteps} steps; expected at least 1");
    }
}
