using Fathom.Models.Architectures;
using Fathom.Models.Blocks;
using Fathom.Models.Encoders.Blocks;
using Fathom.Models.Encoders.TextToText;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Families;

/// <summary>Puts T5's halves together from its tensor names.</summary>
internal sealed class T5Parts
{
    private const string Shared = "shared.weight", EncoderTable = "encoder.embed_tokens.weight", Head = "lm_head.weight";
    private readonly T5Settings _settings;
    private readonly WeightBinder _weights;
    private readonly EncoderConfig _shape;
    private readonly EncoderAttentionShape _attention;
    private readonly string _table;
    private readonly PackedMatrix _tokens;

    public T5Parts(T5Settings settings, WeightBinder weights)
    {
        _settings = settings;
        _weights = weights;
        _shape = settings.Config.Encoder;
        _attention = new EncoderAttentionShape(_shape.Heads, _shape.HeadDim, 1f);
        _table = !weights.Has(Shared) && weights.Has(EncoderTable) ? EncoderTable : Shared;
        _tokens = weights.Matrix(_table, _shape.Vocabulary, _shape.Width);
    }

    /// <summary>The encoder; <paramref name="alone"/>: the file's decoder is left where it is.</summary>
    public EncoderStack Encoder(bool alone)
    {
        var bias = Bias("encoder", bothSides: true);
        var stack = new EncoderStack
        {
            Config = _shape,
            Embeddings = new EncoderEmbeddings { Tokens = _tokens },
            Blocks = [.. Enumerable.Range(0, _shape.Layers).Select(layer => Block($"encoder.block.{layer}.", bias))],
            FinalNorm = Norm("encoder.final_layer_norm.weight"),
            Buckets = Table,
        };
        if (alone) Finish("decoder.", Head);
        return stack;
    }

    /// <summary>The decoder; made after the encoder.</summary>
    public DecoderStack Decoder()
    {
        var bias = Bias("decoder", bothSides: false);
        var cross = new List<CrossAttention>();
        var blocks = new List<IEncoderBlock>();
        for (var layer = 0; layer < _settings.Config.DecoderLayers; layer++)
        {
            var at = $"decoder.block.{layer}.";
            var written = new WrittenAttention(layer, _attention) { Inputs = Inputs(at + "layer.0.SelfAttention."), Output = Back(at + "layer.0.SelfAttention.o"), Bias = bias };
            cross.Add(new CrossAttention(layer, _attention)
            {
                Query = Into(at + "layer.1.EncDecAttention.q"),
                Key = Into(at + "layer.1.EncDecAttention.k"),
                Value = Into(at + "layer.1.EncDecAttention.v"),
                Output = Back(at + "layer.1.EncDecAttention.o"),
            });
            blocks.Add(new NormBeforeBlock(
                _shape.Width,
                (Norm(at + "layer.0.layer_norm.weight"), written),
                (Norm(at + "layer.1.layer_norm.weight"), cross[^1]),
                (Norm(at + "layer.2.layer_norm.weight"), FeedForward(at + "layer.2.DenseReluDense."))));
        }

        // Files of transformers 5 always say that the head is tied; the one in the file, where it differs, decides.
        var head = _weights.Head(Head, _table, _tokens, _shape.Vocabulary, _shape.Width, _settings.Tied);
        var scales = _settings.ScalesHead ?? ReferenceEquals(head, _tokens);
        var stack = new DecoderStack
        {
            Config = _settings.Config,
            Tokens = _tokens,
            Blocks = blocks,
            Cross = cross,
            FinalNorm = Norm("decoder.final_layer_norm.weight"),
            Head = head,
            HeadScale = scales ? (float)(1 / Math.Sqrt(_shape.Width)) : 1f,
        };
        Finish();
        return stack;
    }

    private NormBeforeBlock Block(string at, DistanceBias bias) => new(
        _shape.Width,
        (Norm(at + "layer.0.layer_norm.weight"), new SelfAttention(_attention) { Inputs = Inputs(at + "layer.0.SelfAttention."), Output = Back(at + "layer.0.SelfAttention.o"), Bias = bias }),
        (Norm(at + "layer.1.layer_norm.weight"), FeedForward(at + "layer.1.DenseReluDense.")));

    private EncoderFeedForward FeedForward(string at)
    {
        Projection Up(string name) => _weights.Projection(at + name, _shape.FeedForwardWidth, _shape.Width, bias: false);
        return new EncoderFeedForward(_settings.Activation)
        {
            Up = Up(_settings.Gated ? "wi_0" : "wi"),
            Gate = _settings.Gated ? Up("wi_1") : null,
            Down = _weights.Projection(at + "wo", _shape.Width, _shape.FeedForwardWidth, bias: false),
        };
    }

    private QueryKeyValue Inputs(string at) => new(Into(at + "q"), Into(at + "k"), Into(at + "v"));

    private Projection Into(string name) => _weights.Projection(name, _attention.Width, _shape.Width, bias: false);

    private Projection Back(string name) => _weights.Projection(name, _shape.Width, _attention.Width, bias: false);

    private RmsNorm Norm(string name) => new(_weights.Vector(name, _shape.Width), _settings.Epsilon);

    private DistanceBias Bias(string half, bool bothSides) =>
        new(_weights.Matrix($"{half}.block.0.layer.0.SelfAttention.relative_attention_bias.weight", _settings.Buckets, _shape.Heads), _shape.Heads, new DistanceBuckets(_settings.Buckets, _settings.LongestDistance, bothSides));

    // Each half's own table is the shared one in every file; a bias in the cross-attention is left over from the library's first versions.
    private void Finish(params string[] others) => _weights.Finish(name =>
        name is "encoder.embed_tokens.weight" or "decoder.embed_tokens.weight" or "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"
        || Array.Exists(others, other => name.StartsWith(other, StringComparison.Ordinal)));

    // Tables are named after the number of buckets, the longest distance and the half: ".32_128.encoder".
    private static Func<int, int>? Table(string name)
    {
        var parts = name.Split('.', '_');
        if (parts.Length != 4 || parts[3] is not ("encoder" or "decoder") || !int.TryParse(parts[1], out var buckets) || !int.TryParse(parts[2], out var longest)) return null;
        return new DistanceBuckets(buckets, longest, parts[3] == "encoder").Of;
    }
}
