namespace Fathom.Models.Encoders;

/// <summary>An encoder's shape.</summary>
public sealed record EncoderConfig
{
    /// <summary>The family's name as config.json says it: <c>bert</c>, <c>deberta-v2</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Numbers in a hidden state.</summary>
    public required int Width { get; init; }

    /// <summary>Number of blocks; there are one more hidden-state entries.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Numbers in a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Width inside the feed-forward layers.</summary>
    public required int FeedForwardWidth { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Most tokens of a sequence, special ones included.</summary>
    public required int ContextLength { get; init; }

    /// <summary>How many token types (segments) the model tells apart; 0: it has none.</summary>
    public int TokenTypes { get; init; }

    /// <summary>Id of the padding token, where the file names one.</summary>
    public int? PadToken { get; init; }

    /// <summary>The classes of a model with a classification head, in the order of its logits; empty for any other.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What a head over every token tells apart, in the order of its logits: the classes of a token classifier, <c>start</c> and <c>end</c> of one that answers questions with a span; empty for any other model.</summary>
    public IReadOnlyList<string> TokenLabels { get; init; } = [];

    /// <summary>What a classification head was taught (<c>problem_type</c>), where the file says it.</summary>
    public string? ProblemType { get; init; }

    /// <summary>Whether there is a decoder beside the encoder.</summary>
    public bool HasDecoder { get; init; }

    /// <summary>Hidden-state entries: the embeddings and one for each block.</summary>
    public int Entries => Layers + 1;
}
