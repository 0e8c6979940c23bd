namespace Fathom.Reasoning.WordProblems;

/// <summary>Which wordings a problem is told in.</summary>
public enum WordingStyle
{
    /// <summary>The wordings models are taught on.</summary>
    Usual,

    /// <summary>Wordings kept apart: the same arithmetic told in another way.</summary>
    HeldOut,
}
