namespace Fathom.Formats.Hub;

/// <summary>What to download of a model.</summary>
public sealed record HubPullOptions
{
    /// <summary>Patterns (<c>*</c>, <c>?</c>, or a folder with <c>/</c> at its end) of the files wanted; empty for the standard choice: weights in one form, configuration, tokenizer, no file that can carry code.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns of the files not wanted.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Whether to hash files that are in the cache already too, and to download damaged ones again. Default: false.</summary>
    public bool Check { get; init; }

    /// <summary>Told how far it is, from several threads.</summary>
    public Action<HubProgress>? OnProgress { get; init; }

    /// <summary>Told what went wrong and is tried again, from several threads.</summary>
    public Action<string>? OnNote { get; init; }
}
