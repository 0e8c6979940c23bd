using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection;

/// <summary>Value and gradient of the penalised log-loss; parameters are the coefficients row by row, then the intercepts.</summary>
internal sealed class LogisticObjective
{
    private readonly double[] _vectors;
    private readonly int _width;
    private readonly int[] _labels;
    private readonly int _rows;
    private readonly double[] _weights;

    public LogisticObjective(double[] vectors, int width, int[] labels, LogisticOptions options)
    {
        _vectors = vectors;
        _width = width;
        _labels = labels;
        if (labels.Min() < 0) throw new FathomException("logistic regression: a label is negative; expected classes from 0");
        var counts = new int[checked(labels.Max() + 1)];
        foreach (var label in labels) counts[label]++;
        Classes = counts.Length;
        if (Classes < 2 || counts.Contains(0)) throw new FathomException($"logistic regression: {Classes} classes, {counts.Count(static count => count == 0)} of them without a sample; expected at least two, each with one");
        _rows = Classes == 2 ? 1 : Classes;
        _weights = [.. counts.Select(count => options.DataWeight * (options.Balanced ? labels.Length / ((double)Classes * count) : 1))];
    }

    public int Classes { get; }

    public int Length => checked(_rows * (_width + 1));

    public double Evaluate(double[] parameters, double[] gradient)
    {
        var penalised = _rows * _width;
        var value = VectorMath.Dot(parameters.AsSpan(0, penalised), parameters.AsSpan(0, penalised)) / 2;
        parameters.AsSpan(0, penalised).CopyTo(gradient);
        gradient.AsSpan(penalised).Clear();
        var logits = new double[Classes];
        for (var i = 0; i < _labels.Length; i++)
        {
            var vector = _vectors.AsSpan(i * _width, _width);
            for (var row = 0; row < _rows; row++)
            {
                logits[Classes == 2 ? 1 : row] = VectorMath.Dot(parameters.AsSpan(row * _width, _width), vector) + parameters[penalised + row];
            }

            var sum = StableMath.LogSumExp(logits);
            var weight = _weights[_labels[i]];
            value += weight * (sum - logits[_labels[i]]);
            for (var row = 0; row < _rows; row++)
            {
                var c = Classes == 2 ? 1 : row;
                var slope = weight * (StableMath.Exp(logits[c] - sum) - (_labels[i] == c ? 1 : 0));
                VectorMath.AddScaled(gradient.AsSpan(row * _width, _width), vector, slope);
                gradient[penalised + row] += slope;
            }
        }

        return value;
    }
}
