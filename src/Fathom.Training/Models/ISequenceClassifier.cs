using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>A model with a head that tells classes of sequences apart.</summary>
public interface ISequenceClassifier
{
    /// <summary>How many classes it knows; 0: it has no such head.</summary>
    int Classes { get; }

    /// <summary>The sum over the sequences of <paramref name="weight"/> times the cross-entropy of their class.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="labels">For each its class, one of <see cref="Classes"/>.</param>
    /// <param name="weight">What each sequence counts.</param>
    /// <exception cref="FathomException">The model has no class head, or a sequence does not fit.</exception>
    Variable ClassLoss(Tape tape, TokenBatch batch, int[] labels, float weight);

    /// <summary>The scores of every class, <c>[sequences, classes]</c>, before the softmax.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="batch">The sequences.</param>
    /// <exception cref="FathomException">The model has no class head, or a sequence does not fit.</exception>
    Variable ClassLogits(Tape tape, TokenBatch batch);
}
