using Fathom.Models.Blocks;
using Fathom.Models.Positions;
using Fathom.Models.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Architectures;

/// <summary>Puts a decoder together from its plan and its weights.</summary>
internal sealed class DecoderBuilder
{
    private readonly DecoderConfig _config;
    private readonly DecoderPlan _plan;
    private readonly WeightBinder _weights;
    private readonly IKernels _kernels;
    private readonly Dictionary<RopeConfig, RopeTable> _ropes = [];
    private readonly Dictionary<float, AlibiTable> _alibis = [];

    private DecoderBuilder(DecoderConfig config, WeightBinder weights, IKernels kernels) =>
        (_config, _plan, _weights, _kernels) = (config, new DecoderPlan(config), weights, kernels);

    /// <summary>Makes the decoder.</summary>
    /// <exception cref="FathomException">The weights do not fit the configuration.</exception>
    public static Decoder Build(DecoderConfig config, WeightBinder weights, IKernels kernels) => new DecoderBuilder(config, weights, kernels).Build();

    private Decoder Build()
    {
        var table = _weights.Matrix(_plan.Embedding, _config.Vocabulary, _config.FinalWidth);
        var positions = _plan.Positions is { } name ? _weights.Matrix(name, _plan.PositionRows, _config.Width) : null;
        var projectIn = _plan.ProjectIn is { } before ? _weights.Projection(before) : null;
        var blocks = new IBlock[_config.Layers];
        for (var layer = 0; layer < blocks.Length; layer++) blocks[layer] = Block(_plan.Layer(layer), layer);
        var norm = Norm(_plan.FinalNorm);
        var projectOut = _plan.ProjectOut is { } behind ? _weights.Projection(behind) : null;
        var head = _config.IsClassifier
            ? _weights.Matrix(ParameterShapes.ClassHead, _config.Labels.Count, _config.FinalWidth)
            : _weights.Head(_plan.Head, _plan.Embedding, table, _config.Vocabulary, _config.FinalWidth, _config.TiedHead);
        _weights.Finish(_config.Names.IsBuffer);
        return new Decoder(_config, table, blocks, head) { Ropes = [.. _ropes.Values], Positions = positions, ProjectIn = projectIn, FinalNorm = norm, ProjectOut = projectOut };
    }

    private DecoderBlock Block(LayerPlan layer, int number) => new(layer, Attention(layer.Attention, number), layer.Mixture is { } mixture ? Mixture(mixture) : FeedForward(layer.FeedForward!))
    {
        AttentionNorm = Norm(layer.AttentionNorm),
        AttentionOutputNorm = Norm(layer.AttentionOutputNorm),
        FeedForwardNorm = Norm(layer.FeedForwardNorm),
        FeedForwardOutputNorm = Norm(layer.FeedForwardOutputNorm),
    };

    private CausalAttention Attention(AttentionPlan plan, int number) => new(number, plan, plan.Rope is { } rope ? Rope(rope) : null, plan.Alibi ? Alibi(plan) : null)
    {
        Query = _weights.Projection(plan.Query, Woven(plan.Heads)),
        Key = _weights.Projection(plan.Key, Woven(plan.KeyValueHeads)),
        Value = _weights.Projection(plan.Value),
        Output = _weights.Projection(plan.Output),
        QueryNorm = Norm(plan.QueryNorm),
        KeyNorm = Norm(plan.KeyNorm),
    };

    private int[]? Woven(int heads) => _config.WovenInGguf ? _weights.RotaryRows(heads, _config.HeadDim) : null;

    private FeedForward FeedForward(FeedForwardPlan plan) => new(plan.Width, plan.Activation)
    {
        Gate = plan.Gate is null ? null : _weights.Projection(plan.Gate),
        Up = _weights.Projection(plan.Up),
        Down = _weights.Projection(plan.Down),
    };

    private MixtureFeedForward Mixture(MixturePlan plan) => new(new ExpertChoice(plan.PerToken, plan.Normalised), _config.Width)
    {
        Router = _weights.Projection(plan.Router),
        Experts = [.. plan.Experts.Select(FeedForward)],
    };

    private INorm? Norm(NormPlan? plan) => plan is null ? null : _weights.Norm(plan);

    private RopeTable Rope(RopeConfig rope)
    {
        if (!_ropes.TryGetValue(rope, out var table)) _ropes.Add(rope, table = new RopeTable(rope));
        return table;
    }

    private AlibiTable Alibi(AttentionPlan plan)
    {
        if (!_alibis.TryGetValue(plan.Scale, out var table)) _alibis.Add(plan.Scale, table = _weights.Keep(new AlibiTable(_kernels, plan.Heads, plan.Scale)));
        return table;
    }
}
