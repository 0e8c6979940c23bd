namespace Fathom.Tokenizers.Loading;

/// <summary>What the small files beside a tokenizer say: names of special tokens, chat template.</summary>
internal sealed record TokenizerConfiguration
{
    /// <summary>Strings of special tokens by their key, such as <c>bos_token</c>.</summary>
    public Dictionary<string, string> Names { get; init; } = [];

    /// <summary>Source of the chat template.</summary>
    public string? ChatTemplate { get; set; }

    /// <summary>The class that transformers uses for it.</summary>
    public string? TokenizerClass { get; set; }

    /// <summary>Whether a text begins with the token that begins sequences; null where no file says.</summary>
    public bool? AddBos { get; set; }

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddPrefixSpace { get; set; }

    /// <summary>The special tokens with their ids; names that the vocabulary lacks are left out.</summary>
    public SpecialTokens Resolve(Func<string, int> find)
    {
        SpecialToken? Token(string key) => Names.TryGetValue(key, out var text) && find(text) is >= 0 and var id ? new SpecialToken(text, id) : null;
        return new SpecialTokens
        {
            Bos = Token("bos_token"),
            Eos = Token("eos_token"),
            Pad = Token("pad_token"),
            Unk = Token("unk_token"),
            Sep = Token("sep_token"),
            Cls = Token("cls_token"),
            Mask = Token("mask_token"),
        };
    }
}
