using Fathom.Models.Positions;

namespace Fathom.Models.Architectures;

/// <summary>
/// What a decoder is made of, block by block, as data: <see cref="DecoderBuilder"/> puts the parts together for running, training reads the
/// same plan. Made from a <see cref="DecoderConfig"/> and its <see cref="TensorNames"/>; nothing here knows a family.
/// </summary>
internal sealed class DecoderPlan(DecoderConfig config)
{
    private readonly TensorNames _names = config.Names;

    /// <summary>The shape it is made from.</summary>
    public DecoderConfig Config => config;

    /// <summary>The embedding table <c>[vocabulary, final width]</c>.</summary>
    public string Embedding => _names.Embedding + ".weight";

    /// <summary>The head, where it is not the embedding table.</summary>
    public string Head => _names.Head + ".weight";

    /// <summary>The table of learnt positions, or null.</summary>
    public string? Positions => config.Positions == PositionKind.Learnt ? _names.Positions + ".weight" : null;

    /// <summary>Rows of the table of positions.</summary>
    public int PositionRows => checked(config.ContextLength + config.PositionOffset);

    /// <summary>From the embedding's width to the model's, where they differ.</summary>
    public LinearPlan? ProjectIn => config.EmbeddingWidth > 0 ? new LinearPlan(_names.ProjectIn, config.Width, config.EmbeddingWidth, false) : null;

    /// <summary>Back again before the head.</summary>
    public LinearPlan? ProjectOut => config.EmbeddingWidth > 0 ? new LinearPlan(_names.ProjectOut, config.EmbeddingWidth, config.Width, false) : null;

    /// <summary>The norm behind the last block, where there is one.</summary>
    public NormPlan? FinalNorm => Norm(_names.FinalNorm, config.Width);

    /// <summary>Block <paramref name="layer"/>, from 0.</summary>
    public LayerPlan Layer(int layer)
    {
        var at = $"{_names.Layer}{layer}.";
        var sizes = config.SizesOf(layer);
        var mixture = config.Mixture is { } experts && !experts.DenseLayers.Contains(layer) ? Mixture(at, experts) : null;
        return new LayerPlan
        {
            Attention = Attention(at, layer, sizes),
            FeedForward = mixture is null ? FeedForward(at, sizes.FeedForwardWidth) : null,
            Mixture = mixture,
            AttentionNorm = Norm(At(at, _names.AttentionNorm), config.Width),
            AttentionOutputNorm = Norm(At(at, _names.AttentionOutputNorm), config.Width),
            FeedForwardNorm = Norm(At(at, _names.FeedForwardNorm), config.Width),
            FeedForwardOutputNorm = Norm(At(at, _names.FeedForwardOutputNorm), config.Width),
            Parallel = config.ParallelBlock,
            NormsBehindSums = config.NormsBehindSums,
            ResidualScale = config.ResidualScale,
        };
    }

    private static string? At(string prefix, string? name) => name is null ? null : prefix + name;

    private NormPlan? Norm(string? name, int width) => name is null ? null : new NormPlan(name, width, config.Norm, config.NormEpsilon, config.NormBias, config.NormAddsOne);

    private AttentionPlan Attention(string at, int layer, LayerSizes sizes)
    {
        var (heads, groups, headDim) = (sizes.Heads, sizes.KeyValueHeads, config.HeadDim);
        var (queries, keys) = (checked(heads * headDim), checked(groups * headDim));
        var scale = config.AttentionScale != 0 ? config.AttentionScale : (float)(1 / Math.Sqrt(headDim));
        var bias = config.AttentionBias || config.QueryKeyValueBias;
        LinearPlan Part(string name, int first, int count, int within)
        {
            if (config.Fused == FusedLayout.Separate)
                return new LinearPlan(at + name, count * headDim, config.Width, bias) { Transposed = config.TransposedWeights, Rows = config.RopeOnNeighbours && within >= 0 ? WeightBinder.InterleavedRows(count, headDim) : null };
            return new LinearPlan(at + _names.QueryKeyValue, checked(queries + 2 * keys), config.Width, bias)
            {
                Transposed = config.TransposedWeights,
                Rows = FusedRows.Of(config.Fused, heads, groups, headDim, first, count),
            };
        }

        return new AttentionPlan
        {
            Heads = heads,
            KeyValueHeads = groups,
            HeadDim = headDim,
            Query = Part(_names.Query, 0, heads, 0),
            Key = Part(_names.Key, heads, groups, 0),
            Value = Part(_names.Value, heads + groups, groups, -1),
            Output = new LinearPlan(at + _names.Output, config.Width, queries, config.AttentionBias) { Transposed = config.TransposedWeights },
            QueryNorm = HeadNorm(at + _names.QueryNorm, heads),
            KeyNorm = HeadNorm(at + _names.KeyNorm, groups),
            Rope = config.Positions != PositionKind.Rotary || config.LayersWithoutRope.Contains(layer) ? null : RopeOf(layer),
            Alibi = config.Positions == PositionKind.Alibi,
            Window = config.Windows[layer],
            Scale = config.AttentionScaleByLayer ? scale / (layer + 1) : scale,
            SoftCap = config.AttentionSoftCap,
        };
    }

    private RopeConfig RopeOf(int layer) => config.Windows[layer] > 0 && config.WindowRope is { } own ? own : config.Rope;

    private NormPlan? HeadNorm(string name, int heads) => config.QueryKeyNorm switch
    {
        QueryKeyNorm.None => null,
        QueryKeyNorm.EveryHead => new NormPlan(name, config.HeadDim, config.Norm, config.NormEpsilon, false, config.NormAddsOne),
        QueryKeyNorm.OwnHead => new NormPlan(name, config.HeadDim, config.Norm, config.NormEpsilon, false, config.NormAddsOne, heads),
        QueryKeyNorm.OwnHeadTogether => new NormPlan(name, config.HeadDim, config.Norm, config.NormEpsilon, false, config.NormAddsOne, heads)
        {
            Together = true,
            Order = config.RopeOnNeighbours ? WeightBinder.InterleavedRows(1, config.HeadDim) : null,
        },
        _ => new NormPlan(name, checked(heads * config.HeadDim), config.Norm, config.NormEpsilon, false, config.NormAddsOne),
    };

    private FeedForwardPlan FeedForward(string at, int width)
    {
        LinearPlan Linear(string name, int outputs, int inputs) => new(at + name, outputs, inputs, config.FeedForwardBias) { Transposed = config.TransposedWeights };
        var down = Linear(_names.Down, config.Width, width);
        if (!config.GatedFeedForward) return new FeedForwardPlan(null, Linear(_names.Up, width, config.Width), down, config.Activation);
        if (_names.GateUp.Length == 0) return new FeedForwardPlan(Linear(_names.Gate, width, config.Width), Linear(_names.Up, width, config.Width), down, config.Activation);
        var both = Linear(_names.GateUp, checked(2 * width), config.Width);
        return new FeedForwardPlan(both with { Rows = FusedRows.Range(0, width) }, both with { Rows = FusedRows.Range(width, width) }, down, config.Activation);
    }

    private MixturePlan Mixture(string at, MixtureConfig mixture)
    {
        LinearPlan Linear(int expert, string name, int outputs, int inputs) => new($"{at}{_names.Expert}{expert}.{name}", outputs, inputs, config.FeedForwardBias);
        var experts = Enumerable.Range(0, mixture.Experts).Select(expert => new FeedForwardPlan(
            Linear(expert, _names.ExpertGate, mixture.Width, config.Width),
            Linear(expert, _names.ExpertUp, mixture.Width, config.Width),
            Linear(expert, _names.ExpertDown, config.Width, mixture.Width),
            config.Activation));
        return new MixturePlan(new LinearPlan(at + _names.Router, mixture.Experts, config.Width, false), [.. experts], mixture.PerToken, mixture.Normalised);
    }
}
