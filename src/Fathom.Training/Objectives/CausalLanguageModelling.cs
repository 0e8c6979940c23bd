using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Predict the next token: the mean cross-entropy over all targets (all tokens but the first, or the answer's alone).</summary>
public sealed class CausalLanguageModelling : IObjective<TokenBatch>
{
    /// <inheritdoc/>
    public int Count(TokenBatch batch) => batch.TargetCount;

    /// <inheritdoc/>
    public Variable Loss(Tape tape, TrainableModel model, TokenBatch batch, int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        var weights = new float[batch.Ids.Length];
        Array.Fill(weights, 1f / total);
        return tape.HeadCrossEntropy(model.HeadInput(tape, model.Forward(tape, batch)), model.Head, batch.Targets, weights, softCap: model.Config.LogitSoftCap);
    }
}
