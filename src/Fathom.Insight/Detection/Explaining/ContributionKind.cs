namespace Fathom.Insight.Detection;

/// <summary>What a contribution belongs to.</summary>
public enum ContributionKind
{
    /// <summary>A hidden-state entry.</summary>
    Layer,

    /// <summary>A generated token, by its place.</summary>
    Token,

    /// <summary>A coordinate of the hidden state.</summary>
    Dimension,

    /// <summary>A sample the detector was fitted on, by its place in that data.</summary>
    Neighbour,

    /// <summary>A class of the labelled fit samples, in ordinal order of the labels.</summary>
    Class,

    /// <summary>The prompt as a whole.</summary>
    Prompt,

    /// <summary>A pass with dropout, by its number.</summary>
    Pass,

    /// <summary>A member of a combined detector, by its place among them.</summary>
    Detector,
}
