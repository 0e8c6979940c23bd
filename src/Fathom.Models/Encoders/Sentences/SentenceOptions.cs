namespace Fathom.Models.Encoders.Sentences;

/// <summary>How texts become vectors, where it is not to be as the model's folder says.</summary>
public sealed record SentenceOptions
{
    /// <summary>How to pool. Default: as <c>modules.json</c> says; without it the mean.</summary>
    public SentencePooling? Pooling { get; init; }

    /// <summary>Whether to divide by the 2-norm. Default: as <c>modules.json</c> says; without it no.</summary>
    public bool? Normalize { get; init; }

    /// <summary>Most tokens of a text, special ones included; longer texts are cut. Default: as <c>sentence_bert_config.json</c> says, at most what the model takes.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>How the model is loaded.</summary>
    public LoadOptions Load { get; init; } = new();
}
