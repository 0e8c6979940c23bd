namespace Fathom.Insight.Detection;

/// <summary>What a <see cref="LogitDetector"/> computes from the distribution after the last prompt token.</summary>
public enum LogitScore
{
    /// <summary>Largest class probability, softmax over the whole vocabulary (as published).</summary>
    Softmax,

    /// <summary>Largest class probability, softmax over the classes.</summary>
    SoftmaxClasses,

    /// <summary>ln of the sum of e to the class logits (as published).</summary>
    Energy,

    /// <summary>Largest probability of any token.</summary>
    FullSoftmax,

    /// <summary>Entropy over the vocabulary.</summary>
    Entropy,
}
