namespace Fathom.Models.Encoders.Sentences;

/// <summary>How the states of a text's tokens become one vector. Special tokens count like any other.</summary>
public enum SentencePooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The first token's state (<c>[CLS]</c>).</summary>
    First,

    /// <summary>The last token's state.</summary>
    Last,

    /// <summary>The largest value of each number.</summary>
    Max,

    /// <summary>Their sum over the square root of their count.</summary>
    MeanSqrt,

    /// <summary>Their mean with weights 1, 2, 3, … in the order of the tokens.</summary>
    WeightedMean,
}
