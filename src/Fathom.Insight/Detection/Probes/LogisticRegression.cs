using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection;

/// <summary>
/// A linear classifier of embeddings: minimises C times the sum of the samples' log-losses plus half the squared coefficients, the
/// intercepts free. Two classes have one vector of coefficients, more have one each (softmax). Immutable; computes in double.
/// </summary>
public sealed class LogisticRegression
{
    private LogisticRegression(int width, int classes, double[] parameters, double objective)
    {
        Width = width;
        Classes = classes;
        var rows = classes == 2 ? 1 : classes;
        Coefficients = parameters[..(rows * width)];
        Intercepts = parameters[(rows * width)..];
        Objective = objective;
    }

    /// <summary>Width of the embeddings.</summary>
    public int Width { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Row-major <c>[classes, width]</c>, one row for two classes.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>One for every row of <see cref="Coefficients"/>.</summary>
    public IReadOnlyList<double> Intercepts { get; }

    /// <summary>What was minimised, at its end.</summary>
    public double Objective { get; }

    /// <summary>Fits.</summary>
    /// <param name="vectors">Row-major <c>[count, width]</c>.</param>
    /// <param name="width">Width of the vectors.</param>
    /// <param name="labels">Class of every vector, from 0; every class must occur.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="FathomException">There are fewer than two classes, one has no sample, a number is not finite, or the steps did not end.</exception>
    public static LogisticRegression Fit(ReadOnlySpan<double> vectors, int width, ReadOnlySpan<int> labels, LogisticOptions? options = null)
    {
        options ??= new LogisticOptions();
        options.Validate();
        if (labels.Length == 0 || vectors.Length != checked(labels.Length * width)) throw new ArgumentException("expected one label for every vector, and at least one vector", nameof(vectors));
        for (var at = 0; at < vectors.Length; at++)
        {
            if (!double.IsFinite(vectors[at])) throw new FathomException($"logistic regression: sample {at / width} holds {vectors[at]}; expected finite numbers");
        }

        var objective = new LogisticObjective(vectors.ToArray(), width, labels.ToArray(), options);
        var parameters = new double[objective.Length];
        var value = QuasiNewton.Minimise(objective.Evaluate, parameters, options.Tolerance * options.DataWeight * labels.Length, options.MaxSteps);
        return new LogisticRegression(width, objective.Classes, parameters, value);
    }

    /// <summary>The logits of a vector: one for every class; for two classes 0 and the decision function.</summary>
    public double[] Logits(ReadOnlySpan<double> vector)
    {
        if (vector.Length != Width) throw new ArgumentException($"a vector of {vector.Length}; expected {Width}", nameof(vector));
        var logits = new double[Classes];
        for (var row = 0; row < Intercepts.Count; row++)
        {
            var sum = Intercepts[row];
            for (var j = 0; j < Width; j++) sum += Coefficients[row * Width + j] * vector[j];
            logits[Classes == 2 ? 1 : row] = sum;
        }

        return logits;
    }

    /// <summary>Probability of every class.</summary>
    public double[] Probabilities(ReadOnlySpan<double> vector) => ClassLogits.Probabilities(Logits(vector));
}
