using Fathom.Models.Positions;
using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>A decoder's shape, whichever kind of file said it.</summary>
public sealed record DecoderConfig
{
    /// <summary>The family's name as the file says it: <c>llama</c>, <c>mistral</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Numbers in a hidden state.</summary>
    public required int Width { get; init; }

    /// <summary>Number of blocks; there are one more hidden-state entries.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Numbers in a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Width inside the feed-forward.</summary>
    public required int FeedForwardWidth { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Added to the mean square in norms.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Longest sequence the model is meant for.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Rotary positions.</summary>
    public required RopeConfig Rope { get; init; }

    /// <summary>Whether the head is the embedding table.</summary>
    public bool TiedHead { get; init; }

    /// <summary>Whether the attention's projections have biases.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Whether the projections to queries, keys and values have biases though the one from the heads has none.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Norms of queries and keys.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; }

    /// <summary>How rows are normalised.</summary>
    public NormKind Norm { get; init; }

    /// <summary>Whether norms have biases.</summary>
    public bool NormBias { get; init; }

    /// <summary>Whether the file's weights of norms are one less than what states are multiplied with.</summary>
    public bool NormAddsOne { get; init; }

    /// <summary>Whether attention and feed-forward read the same residual stream and both add to it, instead of one after the other.</summary>
    public bool ParallelBlock { get; init; }

    /// <summary>Whether norms stand behind each sum of the residual stream, instead of before what reads it.</summary>
    public bool NormsBehindSums { get; init; }

    /// <summary>The feed-forward's activation.</summary>
    public Activation Activation { get; init; } = Activation.Silu;

    /// <summary>Whether the activation's output is multiplied with a projection of its own.</summary>
    public bool GatedFeedForward { get; init; } = true;

    /// <summary>The experts, where feed-forwards are mixtures.</summary>
    public MixtureConfig? Mixture { get; init; }

    /// <summary>How the decoder knows positions.</summary>
    public PositionKind Positions { get; init; }

    /// <summary>Learnt positions: the table's row of position 0.</summary>
    public int PositionOffset { get; init; }

    /// <summary>Whether numbers 2i and 2i + 1 of a head turn together, instead of i and i + half.</summary>
    public bool RopeOnNeighbours { get; init; }

    /// <summary>Rotary positions of the layers that see a window, where they have their own.</summary>
    public RopeConfig? WindowRope { get; init; }

    /// <summary>Factor on attention's scores; 0 for 1 / sqrt(<see cref="HeadDim"/>).</summary>
    public float AttentionScale { get; init; }

    /// <summary>Whether layer l divides its scores by l + 1 too, counted from 0.</summary>
    public bool AttentionScaleByLayer { get; init; }

    /// <summary>Scores s become cap tanh(s / cap); 0 for no cap.</summary>
    public float AttentionSoftCap { get; init; }

    /// <summary>Factor on the embeddings.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Factor on what attention and feed-forward add to the residual stream.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>Factor on the logits.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>Logits x become cap tanh(x / cap); 0 for no cap.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>Numbers in a row of the embedding table and of what the head reads, where they are fewer than <see cref="Width"/>; else 0.</summary>
    public int EmbeddingWidth { get; init; }

    /// <summary>Sizes layer by layer, where they differ; else empty.</summary>
    public IReadOnlyList<LayerSizes> Sizes { get; init; } = [];

    /// <summary>Layers whose attention knows no positions; from 0.</summary>
    public IReadOnlyList<int> LayersWithoutRope { get; init; } = [];

    /// <summary>Whether the feed-forward's projections have biases.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>For each layer how many positions back it sees, itself included; 0: all.</summary>
    public required IReadOnlyList<int> Windows { get; init; }

    /// <summary>Ids after which generation stops, as far as the configuration says.</summary>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>Names of the classes where the head classifies sequences; none where it predicts tokens.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What a class head reads (<c>classifier_pooling</c> in config.json, a key of Fathom's; other tools read the last token).</summary>
    public ClassPooling ClassPooling { get; init; }

    /// <summary>Whether a text gets the end token before it is classified (<c>classifier_end_token</c>, likewise).</summary>
    public bool ClassEndToken { get; init; }

    /// <summary>Whether the head classifies sequences.</summary>
    public bool IsClassifier => Labels.Count > 0;

    /// <summary>Rows of the head: one a token of the vocabulary, or one a class.</summary>
    internal int HeadRows => IsClassifier ? Labels.Count : Vocabulary;

    /// <summary>Hidden-state entries: the embeddings and one a layer.</summary>
    public int Entries => Layers + 1;

    /// <summary>Numbers of the last entry, which the head reads: <see cref="Width"/>, or fewer where the embedding table is narrower.</summary>
    public int FinalWidth => EmbeddingWidth > 0 ? EmbeddingWidth : Width;

    /// <summary>What the tensors are called.</summary>
    internal TensorNames Names { get; init; } = TensorNames.Llama;

    /// <summary>How the file keeps queries, keys and values.</summary>
    internal FusedLayout Fused { get; init; }

    /// <summary>Whether matrices of the blocks are stored <c>[inputs, outputs]</c>.</summary>
    internal bool TransposedWeights { get; init; }

    /// <summary>Whether a GGUF file holds the two halves of a rotated head interleaved.</summary>
    internal bool WovenInGguf { get; init; }

    /// <summary>Whether config.json can be written anew: the blocks are Llama's with nothing besides.</summary>
    internal bool IsLlamaForm => Family is "llama" or "mistral";

    /// <summary>Sizes of a layer.</summary>
    internal LayerSizes SizesOf(int layer) => Sizes.Count > 0 ? Sizes[layer] : new LayerSizes(Heads, KeyValueHeads, FeedForwardWidth);
}
