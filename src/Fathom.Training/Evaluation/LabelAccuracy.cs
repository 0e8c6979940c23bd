using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>The share of held-out sequences whose class the model gives the largest score.</summary>
/// <param name="parts">The data, in parts that fit in memory one at a time.</param>
/// <param name="name">Name of the metric.</param>
public sealed class LabelAccuracy(IReadOnlyList<LabelledBatch> parts, string name = "accuracy") : IEvaluation
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
            var logits = SequenceClassification.Logits(tape, moment.Model, part.Tokens);
            for (var i = 0; i < part.Labels.Length; i++, count++)
            {
                var scores = logits.Values.Slice(i * logits.Width, logits.Width);
                if (Best(scores) == part.Labels[i]) right++;
            }
        }

        return new Dictionary<string, double>(StringComparer.Ordinal) { [name] = (double)right / count };
    }

    private static int Best(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best]) best = i;
        }

        return best;
    }
}
