namespace Fathom.Tokenizers.Loading;

/// <summary>What the small files beside a tokenizer say: names of special tokens, chat template.</summary>
internal sealed record TokenizerConfiguration
{
    /// <summary>Strings of special tokens by their key, such as <c>bos_token</c>.</summary>
    public Dictionary<string, string> Names { get; init; } = [];

    /// <summary>Source of the chat template.</summary>
    public string? ChatTemplate { get; set; }
}
