using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Families;
using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>ModernBERT: norms before the layers, rotary positions, some layers with a window on both sides, gated feed-forward.</summary>
internal sealed class ModernBertForward(EncoderConfig config, ModernBertSettings settings, string prefix) : IEncoderForward
{
    private readonly RopeTable _global = new(settings.Rope(config, local: false)), _local = new(settings.Rope(config, local: true));

    /// <inheritdoc/>
    public Variable States(EncoderGraph graph, EncoderBatch batch)
    {
        var tape = graph.Tape;
        var (global, local) = (Angles(tape, batch, _global), Angles(tape, batch, _local));
        var x = graph.Drop(graph.LayerNorm(tape.Embed(graph[prefix + "embeddings.tok_embeddings.weight"], batch.Ids), prefix + "embeddings.norm", settings.Epsilon));
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var at = $"{prefix}layers.{layer}.";

            // The first block's attention takes the embeddings, normed already, as they are.
            var normed = layer == 0 ? x : graph.LayerNorm(x, at + "attn_norm", settings.Epsilon);
            x = tape.Add(x, graph.Drop(Attention(graph, batch, normed, at, settings.Local[layer], settings.Local[layer] ? local : global)));
            x = tape.Add(x, graph.Drop(FeedForward(graph, graph.LayerNorm(x, at + "mlp_norm", settings.Epsilon), at)));
        }

        return graph.LayerNorm(x, prefix + "final_norm", settings.Epsilon);
    }

    /// <inheritdoc/>
    public Variable Logits(EncoderGraph graph, EncoderBatch batch, Variable states)
    {
        var read = settings.ReadsMean
            ? graph.Tape.MeanRows(states, [.. batch.Segments.Select(segment => Enumerable.Range(segment.Start, segment.Length).ToArray())])
            : graph.Tape.Gather(states, batch.FirstRows);
        var dense = graph.LayerNorm(graph.Tape.Activate(graph.Linear(read, "head.dense"), settings.ClassifierActivation), "head.norm", settings.Epsilon);
        return graph.Linear(graph.Drop(dense), "classifier");
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, int[] Shape)> Head(int labels) =>
    [
        .. EncoderHead.Dense("head.dense", config.Width, config.Width, settings.ClassifierBias),
        .. EncoderHead.Norm("head.norm", config.Width, settings.NormBias),
        .. EncoderHead.Dense("classifier", labels, config.Width),
    ];

    private Variable Attention(EncoderGraph graph, EncoderBatch batch, Variable x, string at, bool local, (Variable Cos, Variable Sin) angles)
    {
        var (tape, width) = (graph.Tape, config.Width);
        var all = graph.Linear(x, at + "attn.Wqkv");
        var q = tape.Rotate(Part(tape, all, 0, width), config.HeadDim, angles.Cos, angles.Sin);
        var k = tape.Rotate(Part(tape, all, width, width), config.HeadDim, angles.Cos, angles.Sin);
        var heads = tape.FullAttention(q, k, Part(tape, all, 2 * width, width), batch.Segments, config.Heads, (float)(1 / Math.Sqrt(config.HeadDim)), local ? new WindowTerm(settings.Reach) : null);
        return graph.Linear(heads, at + "attn.Wo");
    }

    private Variable FeedForward(EncoderGraph graph, Variable x, string at)
    {
        var (tape, inner) = (graph.Tape, config.FeedForwardWidth);
        var both = graph.Linear(x, at + "mlp.Wi");
        return graph.Linear(tape.Multiply(tape.Activate(Part(tape, both, 0, inner), settings.Activation), Part(tape, both, inner, inner)), at + "mlp.Wo");
    }

    private static Variable Part(Tape tape, Variable all, int first, int count) => tape.Columns(all, [.. Enumerable.Range(first, count)]);

    private static unsafe (Variable Cos, Variable Sin) Angles(Tape tape, EncoderBatch batch, RopeTable rope)
    {
        var (cos, sin) = (tape.New(false, batch.Ids.Length, rope.Half), tape.New(false, batch.Ids.Length, rope.Half));
        fixed (float* toCos = cos.Values, toSin = sin.Values)
        {
            foreach (var (start, length) in batch.Segments)
            {
                for (var t = 0; t < length; t++) rope.Write(t, length, toCos + (start + t) * rope.Half, toSin + (start + t) * rope.Half);
            }
        }

        return (cos, sin);
    }
}
