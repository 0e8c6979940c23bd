namespace Fathom.Training;

/// <summary>What is dropped of a sample with too many tokens.</summary>
public enum Cut
{
    /// <summary>Its last tokens, whatever they are.</summary>
    End,

    /// <summary>The end of the row's text: the template around it and the answer stay whole.</summary>
    Text,
}
