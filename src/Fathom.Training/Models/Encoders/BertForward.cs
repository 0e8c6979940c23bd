using Fathom.Models.Architectures;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Blocks;
using Fathom.Models.Encoders.Families;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>BERT and RoBERTa.</summary>
internal sealed class BertForward(EncoderConfig config, HuggingFaceConfig file, string prefix, bool roberta) : IEncoderForward
{
    private readonly BertBlocks _blocks = new(config, prefix, (float)file.Positive("layer_norm_eps", 1e-12), EncoderKeys.Activation(file, "hidden_act", "gelu"));

    /// <inheritdoc/>
    public Variable States(EncoderGraph graph, EncoderBatch batch)
    {
        var positions = new int[batch.Ids.Length];
        foreach (var (start, length) in batch.Segments) EncoderEmbeddings.FillPositions(batch.Ids.AsSpan(start, length), roberta ? config.PadToken : null, positions.AsSpan(start, length));
        var x = _blocks.Embeddings(graph, batch, positions);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var at = $"{prefix}encoder.layer.{layer}.attention.self.";
            var (q, k, v) = (graph.Linear(x, at + "query"), graph.Linear(x, at + "key"), graph.Linear(x, at + "value"));
            x = _blocks.Finish(graph, layer, x, graph.Tape.FullAttention(q, k, v, batch.Segments, config.Heads, (float)(1 / Math.Sqrt(config.HeadDim))));
        }

        return x;
    }

    /// <inheritdoc/>
    public Variable Logits(EncoderGraph graph, EncoderBatch batch, Variable states)
    {
        var first = graph.Tape.Gather(states, batch.FirstRows);
        var dense = graph.Tape.Activate(graph.Linear(graph.Drop(first), roberta ? "classifier.dense" : prefix + "pooler.dense"), Activation.Tanh);
        return graph.Linear(graph.Drop(dense), roberta ? "classifier.out_proj" : "classifier");
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, int[] Shape)> Head(int labels) => roberta
        ? [.. EncoderHead.Dense("classifier.dense", config.Width, config.Width), .. EncoderHead.Dense("classifier.out_proj", labels, config.Width)]
        : [.. EncoderHead.Dense(prefix + "pooler.dense", config.Width, config.Width), .. EncoderHead.Dense("classifier", labels, config.Width)];
}
