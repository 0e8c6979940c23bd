namespace Fathom.Tensors.Kernels;

/// <summary>What sampling and detectors need of one row of logits. The log-probability of token t is logits[t] - <see cref="LogSumExp"/>.</summary>
internal struct LogitStatistics
{
    /// <summary>Natural logarithm of the sum of exponentials.</summary>
    public double LogSumExp;

    /// <summary>Entropy of the softmax, in nats.</summary>
    public double Entropy;

    /// <summary>Largest logit.</summary>
    public float Largest;

    /// <summary>First index of the largest logit.</summary>
    public int ArgMax;
}
