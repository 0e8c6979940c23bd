using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>The share of held-out pairs whose second text is the nearest of all in its part.</summary>
/// <param name="parts">The data, in parts that fit in memory one at a time.</param>
/// <param name="name">Name of the metric.</param>
public sealed class PairAccuracy(IReadOnlyList<PairBatch> parts, string name = "accuracy") : IEvaluation
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, bool> Metrics { get; } = new Dictionary<string, bool>(StringComparer.Ordinal) { [name] = true };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Measure(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        var (right, count) = (0, 0);
        foreach (var part in parts)
        {
            moment.Stop.ThrowIfCancellationRequested();
            using var tape = new Tape(moment.Model.Device, training: false);
            var similarities = PairContrast.Similarities(tape, moment.Model, part);
            for (var i = 0; i < part.Count; i++, count++)
            {
                var row = similarities.Values.Slice(i * part.Count, part.Count);
                var nearest = 0;
                for (var j = 1; j < row.Length; j++)
                {
                    if (row[j] > row[nearest]) nearest = j;
                }

                if (nearest == i) right++;
            }
        }

        return new Dictionary<string, double>(StringComparer.Ordinal) { [name] = (double)right / count };
    }
}
