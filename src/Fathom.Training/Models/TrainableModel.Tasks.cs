using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <content>What a decoder can be asked to learn.</content>
public sealed partial class TrainableModel : ITokenPredictor, ISequenceClassifier
{
    /// <inheritdoc/>
    public int Classes => Config.Labels.Count;

    /// <inheritdoc/>
    public Variable TokenLoss(Tape tape, TokenBatch batch, float weight)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var weights = new float[batch.Ids.Length];
        Array.Fill(weights, weight);
        return tape.HeadCrossEntropy(HeadInput(tape, Forward(tape, batch)), Head, batch.Targets, weights, softCap: Config.LogitSoftCap);
    }

    /// <inheritdoc/>
    public Variable ClassLoss(Tape tape, TokenBatch batch, int[] labels, float weight)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var weights = new float[labels.Length];
        Array.Fill(weights, weight);
        return tape.HeadCrossEntropy(Pooled(tape, batch), Classifier, labels, weights);
    }

    /// <inheritdoc/>
    public Variable ClassLogits(Tape tape, TokenBatch batch) => tape.Linear(Pooled(tape, batch), Classifier);

    /// <inheritdoc/>
    public double Operations(int rows, IReadOnlyList<RowSegment> segments, int targets) => TrainingCost.Of(Config, rows, segments, targets, Adapters.Count > 0);

    /// <inheritdoc/>
    void ITrainable.SaveWeights(string folder, WeightPrecision precision, CompanionFiles? companions) => ModelSaving.SaveWeights(this, folder, precision, companions);

    private Variable Pooled(Tape tape, TokenBatch batch) => Config.ClassPooling == ClassPooling.Mean
        ? tape.MeanRows(Forward(tape, batch), [.. batch.Segments.Select((segment, s) => Enumerable.Range(0, segment.Length).Select(t => batch.RowOf(s, t)).ToArray())])
        : tape.Gather(Forward(tape, batch), [.. batch.Segments.Select((segment, s) => batch.RowOf(s, segment.Length - 1))]);
}
