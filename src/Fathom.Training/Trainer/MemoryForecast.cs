using Fathom.Models.Architectures;

namespace Fathom.Training;

/// <summary>What training will hold in memory, known before the first step.</summary>
/// <param name="Weights">Bytes of the weights; with an adapter twice, since they are kept while it is added to them to be saved.</param>
/// <param name="Gradients">Bytes of the gradients of what is taught.</param>
/// <param name="Moments">Bytes of the optimiser's moments.</param>
/// <param name="Activations">Bytes of the largest part's activations and their gradients.</param>
/// <param name="Logits">Bytes of the logits that are held at once, and their gradient.</param>
public sealed record MemoryForecast(long Weights, long Gradients, long Moments, long Activations, long Logits)
{
    private const int LogitRows = 128;

    /// <summary>All together.</summary>
    public long Total => checked(Weights + Gradients + Moments + Activations + Logits);

    /// <summary>Forecasts a run.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="trainable">Numbers of the adapter that is taught; null where all weights are.</param>
    /// <param name="momentsPerParameter">Numbers the optimiser keeps of each: 2 for AdamW, 0 for SGD.</param>
    /// <param name="partTokens">Tokens computed at once at most.</param>
    /// <param name="checkpointing">Whether only the inputs of blocks are kept, and one block's activations at a time.</param>
    /// <exception cref="FathomException">The model is too large to count.</exception>
    public static MemoryForecast Of(DecoderConfig config, long? trainable, int momentsPerParameter, long partTokens, bool checkpointing = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        try
        {
            checked
            {
                var weights = ParameterShapes.Count(config);
                var taught = trainable ?? weights;
                var (queries, groups) = ((long)config.Heads * config.HeadDim, (long)config.KeyValueHeads * config.HeadDim);

                // As TrainableModel.Forward makes them: two norms, two sums, two projections back to the width; queries and keys before and
                // after their rotation, values, attention's output and its sums; gate, up and their product. LoRA adds little.
                var perToken = 6L * config.Width + 3 * queries + 3 * groups + config.Heads + 3L * config.FeedForwardWidth;

                // What other families have besides: more norms, scaled sums, projections cut out of a common one; a mixture's experts with the
                // rows that were gathered for them and put back.
                if (!config.IsLlamaForm) perToken += 4L * config.Width + 2 * queries + 4 * groups + 2L * config.FeedForwardWidth;
                if (config.Mixture is { } mixture) perToken += mixture.PerToken * (5L * config.Width + 3L * mixture.Width) + (long)mixture.Experts * (config.Width + 1);

                // On the way back only a block's own gradients are alive at once.
                var kept = checkpointing ? config.Layers * (long)config.Width + perToken : config.Layers * perToken;
                var activations = partTokens * (kept + perToken + 4L * config.Width);
                var logits = 2L * Math.Min(LogitRows, partTokens) * config.Vocabulary;
                return new MemoryForecast((trainable is null ? 4 : 8) * weights, 4 * taught, 4 * momentsPerParameter * taught, 4 * activations, 4 * logits);
            }
        }
        catch (OverflowException overflow)
        {
            throw new FathomException("the model is too large for any machine: look at the sizes in model.from_scratch", overflow);
        }
    }
}
