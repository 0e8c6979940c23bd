using Fathom.Models.Encoders.Blocks;
using Fathom.Models.Encoders.Families;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>The encoder of T5.</summary>
internal sealed class T5Forward(T5Settings settings, string table) : IEncoderForward
{
    /// <inheritdoc/>
    public Variable States(EncoderGraph graph, EncoderBatch batch)
    {
        var (tape, shape) = (graph.Tape, settings.Config.Encoder);
        var buckets = new DistanceBuckets(settings.Buckets, settings.LongestDistance, BothSides: true);
        var term = new DistanceTerm(graph["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"], buckets.Of);
        var x = graph.Drop(tape.Embed(graph[table], batch.Ids));
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var at = $"encoder.block.{layer}.";
            var normed = tape.RmsNorm(x, graph[at + "layer.0.layer_norm.weight"], settings.Epsilon);
            var self = at + "layer.0.SelfAttention.";
            var heads = tape.FullAttention(graph.Linear(normed, self + "q"), graph.Linear(normed, self + "k"), graph.Linear(normed, self + "v"), batch.Segments, shape.Heads, 1f, term);
            x = tape.Add(x, graph.Drop(graph.Linear(heads, self + "o")));
            normed = tape.RmsNorm(x, graph[at + "layer.1.layer_norm.weight"], settings.Epsilon);
            var dense = at + "layer.1.DenseReluDense.";
            var inner = tape.Activate(graph.Linear(normed, dense + (settings.Gated ? "wi_0" : "wi")), settings.Activation);
            if (settings.Gated) inner = tape.Multiply(inner, graph.Linear(normed, dense + "wi_1"));
            x = tape.Add(x, graph.Drop(graph.Linear(graph.Drop(inner), dense + "wo")));
        }

        return graph.Drop(tape.RmsNorm(x, graph["encoder.final_layer_norm.weight"], settings.Epsilon));
    }

    /// <inheritdoc/>
    public Variable Logits(EncoderGraph graph, EncoderBatch batch, Variable states) => throw NoHead();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, int[] Shape)> Head(int labels) => throw NoHead();

    private static FathomException NoHead() => new("T5 has no head for classes; put one over TrainableEncoder.States");
}
