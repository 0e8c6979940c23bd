using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// Bring texts that belong together near to each other: for each pair the cross-entropy of finding its second text among those of its part by
/// cosine similarity over a temperature (Henderson et al. 2017, <see href="https://arxiv.org/abs/1705.00652"/>; sentence-transformers'
/// MultipleNegativesRankingLoss with scale 1 / temperature).
/// </summary>
/// <param name="temperature">What similarities are divided by. Default 0.05.</param>
public sealed class PairContrast(double temperature = 0.05) : IObjective<PairBatch>
{
    /// <inheritdoc/>
    public int Count(PairBatch batch) => batch.Count;

    /// <inheritdoc/>
    public Variable Loss(Tape tape, ITrainable model, PairBatch batch, int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        if (!(temperature > 0)) throw new FathomException($"the temperature of similarities must be above 0, not {temperature}");
        var similarities = tape.Scale(Similarities(tape, model, batch), (float)(1 / temperature));
        var weights = new float[similarities.Length];
        for (var i = 0; i < batch.Count; i++) weights[i * batch.Count + i] = -1f / total;
        return tape.Sum(tape.LogSoftmax(similarities), weights);
    }

    /// <summary>Cosine similarities of every first text (rows) to every second one, <c>[pairs, pairs]</c>.</summary>
    /// <exception cref="FathomException">The model gives no vectors of texts.</exception>
    public static Variable Similarities(Tape tape, ITrainable model, PairBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (model is not ISentenceEncoder encoder) throw new FathomException("the model gives no vectors of texts: teach an encoder");
        return tape.Linear(encoder.Sentences(tape, batch.Anchors), encoder.Sentences(tape, batch.Positives));
    }
}
