using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>A model that predicts the next token.</summary>
public interface ITokenPredictor
{
    /// <summary>The sum over the batch's targets of <paramref name="weight"/> times their cross-entropy.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="batch">Tokens and targets.</param>
    /// <param name="weight">What each target counts.</param>
    /// <exception cref="FathomException">There is no target, or a token is outside the vocabulary.</exception>
    Variable TokenLoss(Tape tape, TokenBatch batch, float weight);
}
