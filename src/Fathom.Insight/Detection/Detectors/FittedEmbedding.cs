using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

internal sealed class FittedEmbedding(EmbeddingDetector definition, FitState state, LayerGaussian gaussian) : FittedDetector(definition, state)
{
    private const int Shown = 16;

    private protected override double Compute(Trace trace)
    {
        var sum = 0.0;
        foreach (var part in Squares(trace))
        {
            sum += part;
        }

        return sum;
    }

    private protected override (string Meaning, IReadOnlyList<Contribution> Contributions) Parts(Trace trace) => (
        $"coordinate j of the last hidden state: deviation squared over variance, the {Shown} largest; the sum over all coordinates is the score",
        [.. Squares(trace).Select((value, j) => new Contribution(ContributionKind.Dimension, j, value)).OrderByDescending(part => part.Value).ThenBy(part => part.Index).Take(Shown)]);

    private double[] Squares(Trace trace)
    {
        var last = Origin.Entries - 1;
        var point = TraceChecks.States(trace, definition.Pooling, Origin, last)[last];
        var mean = gaussian.Mean(0);
        var variance = gaussian.Variance(0);
        var squares = new double[point.Length];
        for (var j = 0; j < squares.Length; j++)
        {
            var deviation = point[j] - mean[j];
            squares[j] = deviation * deviation / Math.Max(variance[j], definition.Floor);
        }

        return squares;
    }
}
