using System.Runtime.InteropServices;
using Fathom.Tokenizers.Decoders;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>
/// Decoding whose first steps look at one token at a time: what they make of an id that is not the first is worked out once and kept (one
/// place an id; entries never change once published). Byte tokens, fusing and stripping behind them need no list of strings either; any other
/// step behind runs over the whole list as ever.
/// </summary>
internal sealed class TokenwiseSteps
{
    private readonly ITokenwiseDecoder[] _tokenwise;
    private readonly bool _gathersBytes;
    private readonly StripDecoder[] _strips = [];
    private readonly IDecoder[] _others;
    private Entry?[]? _entries;

    private TokenwiseSteps(IReadOnlyList<IDecoder> steps)
    {
        _tokenwise = [.. steps.TakeWhile(s => s is ITokenwiseDecoder).Cast<ITokenwiseDecoder>()];
        _others = [.. steps.Skip(_tokenwise.Length)];
        var behind = _others is [ByteFallbackDecoder, ..] ? 1 : 0;
        var fuses = behind < _others.Length && _others[behind] is FuseDecoder;
        StripDecoder[] strips = fuses ? [.. _others.Skip(behind + 1).OfType<StripDecoder>()] : [];
        if (_others.Length == behind + (fuses ? 1 : 0) + strips.Length)
        {
            _gathersBytes = behind == 1;
            _strips = strips;
            _others = [];
        }
    }

    /// <summary>The steps of a decoder, or <see langword="null"/> where the first is not one for single tokens.</summary>
    public static TokenwiseSteps? Of(IDecoder? decoder)
    {
        IReadOnlyList<IDecoder> steps = decoder is DecoderSequence sequence ? sequence.Steps : decoder is null ? [] : [decoder];
        return steps is [ITokenwiseDecoder or ByteFallbackDecoder, ..] ? new TokenwiseSteps(steps) : null;
    }

    /// <summary>Decodes ids into a buffer; ids that no token has are left out.</summary>
    /// <returns>The part of the buffer that is the text.</returns>
    public ReadOnlySpan<char> Decode(TextPipeline pipeline, ReadOnlySpan<int> ids, bool skipSpecialTokens, ref TextBuffer text)
    {
        var entries = _entries ??= new Entry?[DecodedBytes.LimitOf(pipeline)];
        var tokens = _others.Length > 0 ? new List<string>(ids.Length) : null;
        List<byte>? bytes = null;
        var first = true;
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)entries.Length)
                continue;
            var entry = Volatile.Read(ref entries[id]) ?? Fill(pipeline, entries, id);
            if (entry.Token is null || (skipSpecialTokens && entry.Skipped))
                continue;
            if (first)
            {
                entry = EntryOf(entry.Token, entry.Skipped, first: true);
                first = false;
            }

            if (tokens is not null)
            {
                tokens.Add(entry.Decoded!);
            }
            else if (entry.Byte >= 0)
            {
                (bytes ??= []).Add((byte)entry.Byte);
            }
            else
            {
                FlushRun(bytes, ref text);
                text.Append(entry.Decoded);
            }
        }

        FlushRun(bytes, ref text);
        if (tokens is not null)
        {
            foreach (var step in _others)
                tokens = step.Decode(tokens);
            foreach (var token in tokens)
                text.Append(token);
        }

        return Stripped(text.Text);
    }

    private static void FlushRun(List<byte>? bytes, ref TextBuffer text)
    {
        if (bytes is not { Count: > 0 })
            return;
        text.AppendRun(CollectionsMarshal.AsSpan(bytes));
        bytes.Clear();
    }

    private ReadOnlySpan<char> Stripped(ReadOnlySpan<char> text)
    {
        foreach (var strip in _strips)
            text = strip.Strip(text);
        return text;
    }

    private Entry Fill(TextPipeline pipeline, Entry?[] entries, int id)
    {
        var token = pipeline.Added.Decoded(id, out var skipped) ?? pipeline.Model.Vocabulary.Token(id);
        var entry = EntryOf(token, skipped, first: false);
        Volatile.Write(ref entries[id], entry);
        return entry;
    }

    private Entry EntryOf(string? token, bool skipped, bool first)
    {
        var decoded = token;
        foreach (var step in decoded is null ? [] : _tokenwise)
            decoded = step.DecodeOne(decoded!, first);
        return new Entry(token, decoded, _gathersBytes && decoded is not null && ByteFallbackDecoder.TryByte(decoded, out var value) ? value : -1, skipped);
    }

    // Byte: that of a byte token, else -1.
    private sealed record Entry(string? Token, string? Decoded, int Byte, bool Skipped);
}
