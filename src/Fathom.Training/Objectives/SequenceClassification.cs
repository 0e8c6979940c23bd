using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Tell the class of a sequence: the mean cross-entropy of the class head at each sequence's last token, or at the mean of all its tokens, as the model's configuration says.</summary>
public sealed class SequenceClassification : IObjective<LabelledBatch>
{
    /// <inheritdoc/>
    public int Count(LabelledBatch batch) => batch.Labels.Length;

    /// <inheritdoc/>
    public Variable Loss(Tape tape, TrainableModel model, LabelledBatch batch, int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        var classes = model.Classifier.Rows;
        var wrong = Array.FindIndex(batch.Labels, label => label >= classes);
        if (wrong >= 0) throw new FathomException($"sequence {wrong} of the batch has label {batch.Labels[wrong]}, the model knows {classes} classes (0 to {classes - 1})");
        var weights = new float[batch.Labels.Length];
        Array.Fill(weights, 1f / total);
        return tape.HeadCrossEntropy(Pooled(tape, model, batch.Tokens), model.Classifier, batch.Labels, weights);
    }

    /// <summary>The scores of every class, <c>[sequences, labels]</c>, before the softmax.</summary>
    public static Variable Logits(Tape tape, TrainableModel model, TokenBatch batch) => tape.Linear(Pooled(tape, model, batch), model.Classifier);

    private static Variable Pooled(Tape tape, TrainableModel model, TokenBatch batch) => model.Config.ClassPooling == ClassPooling.Mean
        ? tape.MeanRows(model.Forward(tape, batch), [.. batch.Segments.Select((segment, s) => Enumerable.Range(0, segment.Length).Select(t => batch.RowOf(s, t)).ToArray())])
        : tape.Gather(model.Forward(tape, batch), [.. batch.Segments.Select((segment, s) => batch.RowOf(s, segment.Length - 1))]);
}
