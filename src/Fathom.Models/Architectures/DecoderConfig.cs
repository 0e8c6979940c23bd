using Fathom.Models.Positions;

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

    /// <summary>Whether there is an RMS norm over each head of queries and keys, before the rotation.</summary>
    public bool HeadNorms { get; init; }

    /// <summary>Layers whose attention knows no positions; from 0.</summary>
    public IReadOnlyList<int> LayersWithoutRope { get; init; } = [];

    /// <summary>Whether the blocks are Llama's, with nothing that training and the writer of config.json do not know.</summary>
    internal bool IsLlamaForm => !QueryKeyValueBias && !HeadNorms && LayersWithoutRope.Count == 0;

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
}
