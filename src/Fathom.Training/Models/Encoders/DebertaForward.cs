using Fathom.Models.Encoders.Families;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>DeBERTa: v1, or with settings v2 and v3.</summary>
internal sealed class DebertaForward(DebertaParts parts, DebertaV2Settings? settings, string prefix) : IEncoderForward
{
    private readonly BertBlocks _blocks = new(parts.Shape, prefix, parts.Epsilon, parts.Activation);

    /// <inheritdoc/>
    public Variable States(EncoderGraph graph, EncoderBatch batch)
    {
        var tape = graph.Tape;
        var embedded = _blocks.Embeddings(graph, batch, parts.HasPositions ? [.. batch.Segments.SelectMany(segment => Enumerable.Range(0, segment.Length))] : null);
        var relative = parts.Relative ? graph[prefix + "encoder.rel_embeddings.weight"] : null;
        if (relative is not null && settings is { NormRelative: true }) relative = _blocks.Norm(graph, relative, "encoder.LayerNorm");
        var x = embedded;
        for (var layer = 0; layer < parts.Shape.Layers; layer++)
        {
            var at = $"{prefix}encoder.layer.{layer}.attention.self.";
            var (q, k, v) = settings is null ? Fused(graph, x, at) : (graph.Linear(x, at + "query_proj"), graph.Linear(x, at + "key_proj"), graph.Linear(x, at + "value_proj"));
            x = _blocks.Finish(graph, layer, x, tape.FullAttention(q, k, v, batch.Segments, parts.Shape.Heads, parts.Scale, relative is null ? null : Term(graph, at, relative, q, k)));
            if (layer > 0 || settings is not { ConvolutionSize: > 0 }) continue;
            var convolved = tape.Convolve(embedded, graph[prefix + "encoder.conv.conv.weight"], graph[prefix + "encoder.conv.conv.bias"], batch.Segments);
            x = _blocks.Norm(graph, tape.Add(x, tape.Activate(graph.Drop(convolved), settings.ConvolutionActivation)), "encoder.conv.LayerNorm");
        }

        return x;
    }

    /// <inheritdoc/>
    public Variable Logits(EncoderGraph graph, EncoderBatch batch, Variable states)
    {
        var first = graph.Drop(graph.Tape.Gather(states, batch.FirstRows));
        return graph.Linear(graph.Drop(graph.Tape.Activate(graph.Linear(first, "pooler.dense"), parts.PoolerActivation)), "classifier");
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, int[] Shape)> Head(int labels) =>
        [.. EncoderHead.Dense("pooler.dense", parts.Shape.Width, parts.Shape.Width), .. EncoderHead.Dense("classifier", labels, parts.Shape.Width)];

    private DisentangledTerm Term(EncoderGraph graph, string at, Variable relative, Variable q, Variable k)
    {
        var shared = settings is { SharesProjections: true };
        var keys = settings is null ? "pos_proj" : shared ? "key_proj" : "pos_key_proj";
        var queries = settings is null ? "pos_q_proj" : shared ? "query_proj" : "pos_query_proj";
        var span = parts.LongestDistance;
        return new DisentangledTerm(parts.Shape.Heads, parts.Scale, settings is null ? distance => Math.Clamp(distance + span, 0, 2 * span - 1) : settings.Place)
        {
            FromQueries = parts.ContentToPosition ? (q, graph.Linear(relative, at + keys)) : null,
            FromKeys = parts.PositionToContent ? (k, graph.Linear(relative, at + queries)) : null,
        };
    }

    // v1's rows lie head by head: 3 x headDim rows a head, queries, keys, values.
    private (Variable Query, Variable Key, Variable Value) Fused(EncoderGraph graph, Variable x, string at)
    {
        var (tape, head, all) = (graph.Tape, parts.Shape.HeadDim, graph.Linear(x, at + "in_proj"));
        Variable Rows(int kind) => tape.Columns(all, [.. Enumerable.Range(0, parts.Shape.Width).Select(row => row / head * 3 * head + kind * head + row % head)]);
        return (tape.AddBias(Rows(0), graph[at + "q_bias"]), Rows(1), tape.AddBias(Rows(2), graph[at + "v_bias"]));
    }
}
