namespace Fathom.Reports;

/// <summary>A question that scored high, to be read by a person. Texts may hold anything: they are escaped and shortened when shown.</summary>
/// <param name="Text">The question.</param>
/// <param name="Output">What the model answered.</param>
/// <param name="Score">Its score, higher = more out of distribution.</param>
/// <param name="Set">Set it comes from; empty for none.</param>
public sealed record StrangeQuestion(string Text, string Output, double Score, string Set = "")
{
    /// <summary>Whether the question comes from the in-distribution set (a false alarm, if flagged).</summary>
    public bool IsInDistribution { get; init; }

    /// <summary>Place of the question in its file, from 0, or <see langword="null"/>.</summary>
    public long? Index { get; init; }

    /// <summary>Whether it lies above the threshold, or <see langword="null"/> where that is not known.</summary>
    public bool? IsOutside { get; init; }

    /// <summary>How rare such a score is among known questions, or <see langword="null"/>.</summary>
    public double? PValue { get; init; }

    /// <summary>The question in pieces, shaded by what they add to the score; empty where that was not looked for.</summary>
    public IReadOnlyList<ShadedText> Parts { get; init; } = [];

    /// <summary>The known questions most like it, nearest first; may be empty.</summary>
    public IReadOnlyList<SimilarQuestion> Neighbours { get; init; } = [];

    /// <summary>What each layer added to the score, first layer first; empty where the detector cannot say.</summary>
    public IReadOnlyList<double> LayerContributions { get; init; } = [];

    /// <summary>Name of the detector whose layers they are; empty for the one that ranks.</summary>
    public string LayerDetector { get; init; } = "";

    /// <summary>Number of the first entry of <see cref="LayerContributions"/>.</summary>
    public int FirstLayer { get; init; }
}
