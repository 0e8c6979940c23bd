namespace Fathom.Training;

/// <summary>Which tokens of a sample are targets.</summary>
public enum LearnFrom
{
    /// <summary>All but the first.</summary>
    All,

    /// <summary>The answer and the end token.</summary>
    Answer,
}
