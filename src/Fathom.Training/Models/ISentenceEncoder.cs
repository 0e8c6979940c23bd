using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>A model that gives one vector a text.</summary>
public interface ISentenceEncoder
{
    /// <summary>A vector of length 1 for each sequence, <c>[sequences, width]</c>.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="batch">The sequences.</param>
    /// <exception cref="FathomException">A sequence does not fit.</exception>
    Variable Sentences(Tape tape, TokenBatch batch);
}
