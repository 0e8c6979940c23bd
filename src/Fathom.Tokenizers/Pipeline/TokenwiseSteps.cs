using System.Text;
using Fathom.Tokenizers.Decoders;

namespace Fathom.Tokenizers.Pipeline;

/// <summary>
/// Decoding whose first steps look at one token at a time: what they make of an id that is not the first is worked out once and kept (one
/// place an id; entries never change once published). The steps behind them run over the whole list as ever.
/// </summary>
internal sealed class TokenwiseSteps
{
    private readonly ITokenwiseDecoder[] _tokenwise;
    private readonly IDecoder[] _others;
    private Entry?[]? _entries;

    private TokenwiseSteps(ITokenwiseDecoder[] tokenwise, IDecoder[] others)
    {
        _tokenwise = tokenwise;
        _others = others;
    }

    /// <summary>The steps of a decoder, or <see langword="null"/> where the first is not one for single tokens.</summary>
    public static TokenwiseSteps? Of(IDecoder? decoder)
    {
        IReadOnlyList<IDecoder> steps = decoder is DecoderSequence sequence ? sequence.Steps : decoder is null ? [] : [decoder];
        var tokenwise = steps.TakeWhile(s => s is ITokenwiseDecoder).Cast<ITokenwiseDecoder>().ToArray();
        return tokenwise.Length == 0 ? null : new TokenwiseSteps(tokenwise, [.. steps.Skip(tokenwise.Length)]);
    }

    /// <summary>The text of ids; ids that no token has are left out.</summary>
    public string Decode(TextPipeline pipeline, ReadOnlySpan<int> ids, bool skipSpecialTokens)
    {
        var entries = _entries ??= new Entry?[DecodedBytes.LimitOf(pipeline)];
        var tokens = _others.Length > 0 ? new List<string>(ids.Length) : null;
        var text = new StringBuilder(tokens is null ? (int)Math.Min(1 << 20, 6L * ids.Length) : 0);
        var first = true;
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)entries.Length)
                continue;
            var entry = Volatile.Read(ref entries[id]) ?? Fill(pipeline, entries, id);
            if (entry.Token is null || (skipSpecialTokens && entry.Skipped))
                continue;
            var decoded = first ? Apply(entry.Token, first: true) : entry.Later!;
            first = false;
            if (tokens is null)
                text.Append(decoded);
            else
                tokens.Add(decoded);
        }

        if (tokens is null)
            return text.ToString();
        foreach (var step in _others)
            tokens = step.Decode(tokens);
        return tokens.Count == 1 ? tokens[0] : string.Concat(tokens);
    }

    private Entry Fill(TextPipeline pipeline, Entry?[] entries, int id)
    {
        var token = pipeline.Added.Decoded(id, out var skipped) ?? pipeline.Model.Vocabulary.Token(id);
        var entry = new Entry(token, token is null ? null : Apply(token, first: false), skipped);
        Volatile.Write(ref entries[id], entry);
        return entry;
    }

    private string Apply(string token, bool first)
    {
        foreach (var step in _tokenwise)
            token = step.DecodeOne(token, first);
        return token;
    }

    private sealed record Entry(string? Token, string? Later, bool Skipped);
}
