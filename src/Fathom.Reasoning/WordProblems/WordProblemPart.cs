namespace Fathom.Reasoning.WordProblems;

/// <summary>
/// Which combinations of numbers a generator draws. They are divided by a hash of the worked answer, one in ten held out, so that
/// no held-out problem's working was ever taught, whatever the seeds.
/// </summary>
public enum WordProblemPart
{
    /// <summary>Every combination.</summary>
    All,

    /// <summary>Nine in ten, for teaching.</summary>
    Training,

    /// <summary>One in ten, for testing.</summary>
    HeldOut,
}
