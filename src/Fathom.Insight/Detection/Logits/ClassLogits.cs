using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection;

/// <summary>
/// Scores of a classifier's logits, from "How Good Are LLMs at Out-of-Distribution Detection?" (LREC-COLING 2024): for a language
/// model, the logits of the classes' first tokens after the prompt. Here, as there, <b>higher = more in distribution</b>; detectors
/// negate them. Computes in double.
/// </summary>
public static class ClassLogits
{
    /// <summary>
    /// <c>softmax</c>: the largest class probability under the softmax over the whole vocabulary, not renormalised over the classes,
    /// as published: low too when the model would not name a class at all.
    /// </summary>
    /// <param name="logits">Logits of the class tokens.</param>
    /// <param name="logSumExp">ln of the sum of e to every logit of the vocabulary.</param>
    public static double Softmax(ReadOnlySpan<double> logits, double logSumExp) => StableMath.Exp(Largest(logits) - logSumExp);

    /// <summary>The same renormalised over the classes.</summary>
    public static double SoftmaxOverClasses(ReadOnlySpan<double> logits) => Softmax(logits, StableMath.LogSumExp(logits));

    /// <summary>
    /// <c>energy</c>: T ln of the sum of e^(logit / T) over the class tokens; the textbook's energy (W. Liu and others, 2020) is its
    /// negative. The published detector has temperature T = 1.
    /// </summary>
    public static double Energy(ReadOnlySpan<double> logits, double temperature = 1)
    {
        Ensure(logits);
        if (!(temperature > 0 && double.IsFinite(temperature))) throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "a temperature is above 0");
        var scaled = logits.ToArray();
        VectorMath.Scale(scaled, 1 / temperature);
        return temperature * StableMath.LogSumExp(scaled);
    }

    /// <summary>The largest logit.</summary>
    public static double Largest(ReadOnlySpan<double> logits)
    {
        Ensure(logits);
        var largest = logits[0];
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        return largest;
    }

    /// <summary>Probability of every logit under the softmax over these logits and no others.</summary>
    public static double[] Probabilities(ReadOnlySpan<double> logits) => Probabilities(logits, StableMath.LogSumExp(logits));

    /// <summary>Probability of every logit, given ln of the sum over the vocabulary.</summary>
    public static double[] Probabilities(ReadOnlySpan<double> logits, double logSumExp)
    {
        Ensure(logits);
        var probabilities = new double[logits.Length];
        for (var i = 0; i < probabilities.Length; i++) probabilities[i] = StableMath.Exp(logits[i] - logSumExp);
        return probabilities;
    }

    /// <summary>ln of the sum of e to every logit, without overflow.</summary>
    public static double LogSumExp(ReadOnlySpan<double> logits) => StableMath.LogSumExp(logits);

    /// <summary>Entropy of the softmax over these logits, in nats. Higher = less sure.</summary>
    public static double Entropy(ReadOnlySpan<double> logits)
    {
        Ensure(logits);
        var logSumExp = StableMath.LogSumExp(logits);
        var entropy = 0.0;
        foreach (var logit in logits) entropy -= StableMath.Exp(logit - logSumExp) * (logit - logSumExp);
        return entropy;
    }

    private static void Ensure(ReadOnlySpan<double> logits)
    {
        if (logits.IsEmpty) throw new ArgumentException("expected at least one logit", nameof(logits));
    }
}
