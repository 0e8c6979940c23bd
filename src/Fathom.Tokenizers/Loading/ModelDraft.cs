using System.Text.Json;
using Fathom.Tokenizers.Models;

namespace Fathom.Tokenizers.Loading;

/// <summary>What the <c>model</c> of a tokenizer.json holds, as it was read, before it is put together.</summary>
internal sealed class ModelDraft(string source)
{
    private byte[] _mergeText = [];
    private int _mergeLength;

    /// <summary>Strings and ids.</summary>
    public VocabularyBuilder Vocabulary { get; } = new(source);

    /// <summary>Scores in the order of the list, where the vocabulary is a list of pieces and scores.</summary>
    public List<double>? Scores { get; set; }

    /// <summary>Where each half of each merge ends in <see cref="MergeText"/>; two numbers a merge. Null where there is no list of merges.</summary>
    public List<int>? MergeEnds { get; set; }

    /// <summary>The halves of all merges, in UTF-8.</summary>
    public ReadOnlySpan<byte> MergeText => _mergeText.AsSpan(0, _mergeLength);

    /// <summary>The other settings.</summary>
    public Dictionary<string, JsonElement> Settings { get; } = [];

    /// <summary>The settings as a view.</summary>
    public JsonView View => new(JsonSerializer.SerializeToElement(Settings), source, "model");

    /// <summary>Adds one half of a merge.</summary>
    public void AddMergeHalf(ReadOnlySpan<byte> half)
    {
        var needed = checked(_mergeLength + half.Length);
        if (needed > _mergeText.Length)
            Array.Resize(ref _mergeText, (int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(1 << 16, 2L * _mergeText.Length))));
        half.CopyTo(_mergeText.AsSpan(_mergeLength));
        _mergeLength = needed;
        MergeEnds!.Add(needed);
    }
}
