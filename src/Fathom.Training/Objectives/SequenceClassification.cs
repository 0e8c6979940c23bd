using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Tell the class of a sequence: the mean cross-entropy of the model's class head (a decoder's reads each sequence's last token or the mean of all, an encoder's what its family reads).</summary>
public sealed class SequenceClassification : IObjective<LabelledBatch>
{
    /// <inheritdoc/>
    public int Count(LabelledBatch batch) => batch.Labels.Length;

    /// <inheritdoc/>
    public Variable Loss(Tape tape, ITrainable model, LabelledBatch batch, int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        var classifier = Classifier(model);
        var wrong = Array.FindIndex(batch.Labels, label => label >= classifier.Classes);
        if (wrong >= 0) throw new FathomException($"sequence {wrong} of the batch has label {batch.Labels[wrong]}, the model knows {classifier.Classes} classes (0 to {classifier.Classes - 1})");
        return classifier.ClassLoss(tape, batch.Tokens, batch.Labels, 1f / total);
    }

    /// <summary>The scores of every class, <c>[sequences, labels]</c>, before the softmax.</summary>
    /// <exception cref="FathomException">The model has no class head.</exception>
    public static Variable Logits(Tape tape, ITrainable model, TokenBatch batch) => Classifier(model).ClassLogits(tape, batch);

    private static ISequenceClassifier Classifier(ITrainable model) =>
        model is ISequenceClassifier { Classes: > 0 } classifier ? classifier : throw new FathomException("the model has no class head (score.weight, or an encoder's classifier): it tells no classes apart");
}
