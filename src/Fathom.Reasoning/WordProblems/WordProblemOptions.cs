namespace Fathom.Reasoning.WordProblems;

/// <summary>What kind of problems a <see cref="WordProblemGenerator"/> makes.</summary>
public sealed record WordProblemOptions
{
    /// <summary>Seed of the whole sequence; problem i of a seed never changes. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Smallest number of operations. Default 1.</summary>
    public int MinSteps { get; init; } = 1;

    /// <summary>Largest number of operations. Default 2.</summary>
    public int MaxSteps { get; init; } = 2;

    /// <summary>Smallest number that may stand in a question. Default 2.</summary>
    public int MinNumber { get; init; } = 2;

    /// <summary>Largest number that may stand in a question or come out of a step. Default 50.</summary>
    public int MaxNumber { get; init; } = 50;

    /// <summary>Largest factor of a multiplication and largest divisor. Default 9.</summary>
    public int MaxFactor { get; init; } = 9;

    /// <summary>Usual or held-out wordings. Default usual.</summary>
    public WordingStyle Style { get; init; } = WordingStyle.Usual;

    /// <summary>Which combinations of numbers. Default all.</summary>
    public WordProblemPart Part { get; init; } = WordProblemPart.All;

    /// <summary>Throws when the values exclude every problem.</summary>
    /// <exception cref="FathomException">A value is out of range.</exception>
    public void Validate()
    {
        Require(MinSteps is >= 1 and <= 4, $"MinSteps must lie in 1..4, not {MinSteps}");
        Require(MaxSteps >= MinSteps && MaxSteps <= 4, $"MaxSteps must lie in {MinSteps}..4, not {MaxSteps}");
        Require(MinNumber >= 1, $"MinNumber must be at least 1, not {MinNumber}");
        Require(MaxNumber >= MinNumber + 10, $"MaxNumber must be at least MinNumber + 10, not {MaxNumber}");
        Require(MaxNumber <= 1_000_000, $"MaxNumber must be at most 1000000, not {MaxNumber}");
        Require(MaxFactor is >= 2, $"MaxFactor must be at least 2, not {MaxFactor}");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new FathomException("word problems: " + message);
        }
    }
}
