using Fathom.Models.Encoders;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>What BERT's descendants compute alike.</summary>
internal sealed class BertBlocks(EncoderConfig config, string prefix, float epsilon, Activation activation)
{
    /// <summary>Prefix of the encoder's names.</summary>
    public string Prefix => prefix;

    /// <summary>A norm by its name behind the prefix.</summary>
    public Variable Norm(EncoderGraph graph, Variable x, string name) => graph.LayerNorm(x, prefix + name, epsilon);

    /// <summary>The sum of the tables' rows, widened where the family does so, normed.</summary>
    public Variable Embeddings(EncoderGraph graph, EncoderBatch batch, int[]? positions)
    {
        var (tape, at) = (graph.Tape, prefix + "embeddings.");
        var sum = tape.Embed(graph[at + "word_embeddings.weight"], batch.Ids);
        if (config.TokenTypes > 0) sum = tape.Add(sum, tape.Embed(graph[at + "token_type_embeddings.weight"], batch.Types));
        if (positions is not null) sum = tape.Add(sum, tape.Gather(graph[at + "position_embeddings.weight"], positions));
        if (graph.Has(at + "embed_proj.weight")) sum = graph.Linear(sum, at + "embed_proj");
        return graph.Drop(Norm(graph, sum, "embeddings.LayerNorm"));
    }

    /// <summary>Attention's output and the feed-forward layers, each with its residual and norm behind.</summary>
    public Variable Finish(EncoderGraph graph, int layer, Variable x, Variable heads)
    {
        var (tape, at) = (graph.Tape, $"encoder.layer.{layer}.");
        x = Norm(graph, tape.Add(x, graph.Drop(graph.Linear(heads, prefix + at + "attention.output.dense"))), at + "attention.output.LayerNorm");
        var inner = tape.Activate(graph.Linear(x, prefix + at + "intermediate.dense"), activation);
        return Norm(graph, tape.Add(x, graph.Drop(graph.Linear(inner, prefix + at + "output.dense"))), at + "output.LayerNorm");
    }
}
