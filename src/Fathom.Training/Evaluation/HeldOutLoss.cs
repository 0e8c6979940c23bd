using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>The objective's loss on data that is not learnt from, and for language modelling its exponential.</summary>
/// <typeparam name="TBatch">What the objective learns from.</typeparam>
/// <param name="objective">The objective.</param>
/// <param name="parts">The data, in parts that fit in memory one at a time.</param>
/// <param name="name">Begins the metrics' names: <c>NAME_loss</c>, <c>NAME_perplexity</c>.</param>
public sealed class HeldOutLoss<TBatch>(IObjective<TBatch> objective, IReadOnlyList<TBatch> parts, string name = "validation") : IEvaluation
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, bool> Metrics { get; } = objective is CausalLanguageModelling
        ? new Dictionary<string, bool>(StringComparer.Ordinal) { [name + "_loss"] = false, [name + "_perplexity"] = false }
        : new Dictionary<string, bool>(StringComparer.Ordinal) { [name + "_loss"] = false };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Measure(TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        var total = parts.Sum(objective.Count);
        if (total == 0) throw new FathomException("the held-out data has no target: its mask leaves nothing to measure");
        var sum = 0.0;
        foreach (var part in parts)
        {
            moment.Stop.ThrowIfCancellationRequested();
            if (objective.Count(part) == 0) continue;
            using var tape = new Tape(moment.Model.Device, training: false);
            sum += objective.Loss(tape, moment.Model, part, total).Values[0];
        }

        var values = new Dictionary<string, double>(StringComparer.Ordinal) { [name + "_loss"] = sum };
        if (Metrics.Count > 1) values[name + "_perplexity"] = Math.Exp(sum);
        return values;
    }
}
