using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Predict the next token: the mean cross-entropy over all targets (all tokens but the first, or the answer's alone).</summary>
public sealed class CausalLanguageModelling : IObjective<TokenBatch>
{
    /// <inheritdoc/>
    public int Count(TokenBatch batch) => batch.TargetCount;

    /// <inheritdoc/>
    public Variable Loss(Tape tape, ITrainable model, TokenBatch batch, int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        return model is ITokenPredictor predictor ? predictor.TokenLoss(tape, batch, 1f / total) : throw new FathomException("the model does not predict tokens: language modelling is for decoders");
    }
}
