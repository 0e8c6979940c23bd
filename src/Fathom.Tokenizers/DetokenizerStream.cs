using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Fathom.Tokenizers;

/// <summary>
/// Turns ids into text as they come, never giving out half a character: what could still change with the next id is held back.
/// For one thread and one sequence.
/// </summary>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "A stream of text pieces; the field calls it so (DecodeStream).")]
public sealed class DetokenizerStream
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly List<int> _pending = [];
    private string _prefix = "";
    private int _prefixIds;

    internal DetokenizerStream(Tokenizer tokenizer, bool skipSpecialTokens)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
    }

    /// <summary>Takes the next id.</summary>
    /// <returns>The text that is certain now, or <see langword="null"/> where there is none yet.</returns>
    public string? Append(int id)
    {
        // The ids before stay as context, since decoders look at neighbours (spaces, bytes of one character).
        if (_prefix.Length == 0 && _pending.Count > 0)
        {
            var before = Decode();
            if (!before.EndsWith('\uFFFD'))
            {
                _prefix = before;
                _prefixIds = _pending.Count;
            }
        }

        _pending.Add(id);
        var text = Decode();
        if (text.Length <= _prefix.Length || text.EndsWith('\uFFFD'))
            return null;
        var fresh = FreshText(text);
        var settled = _pending.Count - _prefixIds;
        _pending.RemoveRange(0, _prefixIds);
        _prefix = Decode();
        _prefixIds = settled;
        return fresh;
    }

    /// <summary>Gives out what was held back, be it half a character (as U+FFFD), and starts anew.</summary>
    /// <returns>The rest of the text, empty where there is none.</returns>
    public string Flush()
    {
        var text = Decode();
        var rest = text.Length > _prefix.Length ? FreshText(text) : "";
        _pending.Clear();
        _prefix = "";
        _prefixIds = 0;
        return rest;
    }

    // A decoder may change what was already given out; only what lies behind it can be added then.
    private string FreshText(string text) => text[_prefix.Length..];

    private string Decode() => _tokenizer.DecodePart(CollectionsMarshal.AsSpan(_pending), _skipSpecialTokens);
}
