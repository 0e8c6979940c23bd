using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Blocks;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Encoders.Families;

/// <summary>What BERT and its descendants name alike.</summary>
internal sealed class BertLayers(EncoderConfig config, WeightBinder weights, string prefix, float epsilon, Activation activation)
{
    private readonly List<string> _unused = [];

    /// <summary>Tensors that <see cref="Finish"/> let pass.</summary>
    public IReadOnlyList<string> Unused => _unused;

    /// <summary>A layer norm of the model's width, by its full name without the ending.</summary>
    public LayerNorm Norm(string name, int? width = null) =>
        new(weights.Vector(name + ".weight", width ?? config.Width), weights.Vector(name + ".bias", width ?? config.Width), epsilon);

    /// <summary>Word, position and type tables that are as wide as the model, and their norm.</summary>
    public EncoderEmbeddings Embeddings(int positions, int? positionsFrom = null)
    {
        var at = prefix + "embeddings.";
        return new EncoderEmbeddings
        {
            Tokens = weights.Matrix(at + "word_embeddings.weight", config.Vocabulary, config.Width),
            Positions = weights.Matrix(at + "position_embeddings.weight", positions, config.Width),
            Types = config.TokenTypes > 0 ? weights.Matrix(at + "token_type_embeddings.weight", config.TokenTypes, config.Width) : null,
            Norm = Norm(at + "LayerNorm"),
            PositionsFrom = positionsFrom,
        };
    }

    /// <summary>One block around the attention's inputs; <paramref name="bias"/> where the family adds to the scores.</summary>
    public NormAfterBlock Block(int layer, QueryKeyValue inputs, float scale, IScoreBias? bias = null)
    {
        var at = $"{prefix}encoder.layer.{layer}.";
        var heads = config.Heads * config.HeadDim;
        var attention = new SelfAttention(new EncoderAttentionShape(config.Heads, config.HeadDim, scale))
        {
            Inputs = inputs,
            Output = weights.Projection(at + "attention.output.dense", config.Width, heads, bias: true),
            Bias = bias,
        };
        var feedForward = new EncoderFeedForward(activation)
        {
            Up = weights.Projection(at + "intermediate.dense", config.FeedForwardWidth, config.Width, bias: true),
            Down = weights.Projection(at + "output.dense", config.Width, config.FeedForwardWidth, bias: true),
        };
        return new NormAfterBlock(config.Width, attention, Norm(at + "attention.output.LayerNorm"), feedForward, Norm(at + "output.LayerNorm"));
    }

    /// <summary>Queries, keys and values from three projections of these names.</summary>
    public QueryKeyValue Inputs(int layer, string query, string key, string value)
    {
        var at = $"{prefix}encoder.layer.{layer}.attention.self.";
        var heads = config.Heads * config.HeadDim;
        return new QueryKeyValue(
            weights.Projection(at + query, heads, config.Width, bias: true),
            weights.Projection(at + key, heads, config.Width, bias: true),
            weights.Projection(at + value, heads, config.Width, bias: true));
    }

    /// <summary>A dense layer over one vector a sequence.</summary>
    public SequenceHead Dense(string name, Activation function, int? outputs = null) => new(weights.Projection(name, outputs ?? config.Width, config.Width, bias: true), function);

    /// <summary>Complains about tensors nothing asked for, other than index buffers and heads that begin like <paramref name="heads"/>.</summary>
    public void Finish(params string[] heads) => weights.Finish(name =>
    {
        if (name.EndsWith("embeddings.position_ids", StringComparison.Ordinal) || name.EndsWith("embeddings.token_type_ids", StringComparison.Ordinal)) return true;
        if (!Array.Exists(heads, head => name.StartsWith(head, StringComparison.Ordinal))) return false;
        _unused.Add(name);
        return true;
    });
}
