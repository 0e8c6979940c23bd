using System.Buffers;
using System.Text;
using Fathom.Formats;
using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Tokenizers.Tests;

public class SpanTests
{
    private static readonly Lazy<Tokenizer[]> All = new(() =>
    {
        using var smollm2 = GgufFile.Parse(GoldenFiles.Read("gguf/smollm2.gguf"), "smollm2");
        using var bytes = GgufFile.Parse(GoldenFiles.Read("gguf/pre-tokenizers.gguf"), "pre-tokenizers");
        return [Tokenizer.FromGguf(smollm2), Tokenizer.FromGguf(bytes), Tokenizer.FromJson(GoldenFiles.Read("real/mistral-v1/tokenizer.json"), "mistral-v1")];
    });

    private static Arbitrary<string> Texts => Gen.OneOf(
            Gen.Choose(0x20, 0x7E), Gen.Choose(0x80, 0x2FF), Gen.Choose(0x4E00, 0x4EFF), Gen.Choose(0x1F300, 0x1F6FF), Gen.Elements(' ', ' ', '\n', 0x301))
        .ArrayOf().Select(codes => string.Concat(codes.Select(c => new Rune(c).ToString()))).ToArbitrary();

    private static Config Settings => Config.QuickThrowOnFailure.WithReplay(20261123UL, 7UL).WithMaxTest(200);

    [Fact]
    public void StartsAndEndsThatFitNeverCutCharacters() => Check.One(Settings, Prop.ForAll(Texts, text => Array.TrueForAll(All.Value, tokenizer =>
    {
        var ids = tokenizer.Encode(text, addSpecialTokens: false);
        var position = 0;
        for (var most = 0; most <= ids.Length + 1; most++)
        {
            var start = tokenizer.EncodeToIds(text, most, out var consumed);
            var index = tokenizer.GetIndexByTokenCount(text, most, out var count);
            var from = tokenizer.GetIndexByTokenCountFromEnd(text, most, out var last);
            var whole = most >= ids.Length;
            if (index != consumed || index < position || count != start.Length || count > most || last > most
                || !ids.AsSpan(0, count).SequenceEqual(start) || Splits(text, index) || Splits(text, from)
                || (whole && (index != text.Length || from != 0 || count != ids.Length || last != ids.Length)))
                return false;
            position = index;
        }

        return true;
    })));

    [Fact]
    public void TokensCarryTheirPartsOfTheText()
    {
        var tokenizer = All.Value[2];
        var text = "Hello, wörld \U0001F600!";
        var tokens = tokenizer.EncodeToTokens(text);
        var full = tokenizer.EncodeFull(text);
        Assert.Equal(full.Ids, tokens.Select(t => t.Id));
        Assert.Equal(full.Tokens, tokens.Select(t => t.Value));
        Assert.Equal(full.Offsets, tokens.Select(t => (t.Offset.Start.Value, t.Offset.End.Value)));
        Assert.Equal(tokenizer.Encode(text, false), tokenizer.EncodeToTokens(text, addSpecialTokens: false).Select(t => t.Id));
    }

    [Fact]
    public void WhatFitsInATokenBudget()
    {
        var tokenizer = All.Value[0];
        var text = "The quick brown fox";
        Assert.Equal(4, tokenizer.CountTokens(text));
        Assert.Equal("The quick", text[..tokenizer.GetIndexByTokenCount(text, 2, out var count)]);
        Assert.Equal(2, count);
        Assert.Equal(" fox", text[tokenizer.GetIndexByTokenCountFromEnd(text, 1, out count)..]);
        Assert.Equal(1, count);
        Assert.Equal(0, tokenizer.GetIndexByTokenCount(text, 0, out count));
        Assert.Equal(0, count);
        Assert.Equal(text.Length, tokenizer.GetIndexByTokenCountFromEnd(text, 0, out count));
        Assert.Equal(0, tokenizer.GetIndexByTokenCount("", 5, out count));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetIndexByTokenCount(text, -1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.GetIndexByTokenCountFromEnd(text, -1, out _));
    }

    [Fact]
    public void DecodingWritesWhatFitsWhole() => Check.One(Settings, Prop.ForAll(Texts, text => Array.TrueForAll(All.Value, tokenizer =>
    {
        var ids = tokenizer.Encode(text, addSpecialTokens: false);
        var whole = tokenizer.Decode(ids);
        Span<char> buffer = new char[whole.Length];
        for (var size = 0; size <= whole.Length; size += Math.Max(1, whole.Length / 7))
        {
            var status = tokenizer.Decode(ids, buffer[..size], out var consumed, out var written);
            var done = status == OperationStatus.Done;
            if (done != whole.Length <= size || written > size || (done && consumed != ids.Length)
                || !buffer[..written].SequenceEqual(whole.AsSpan(0, written)) || tokenizer.Decode(ids.AsSpan(0, consumed)).Length != written)
                return false;
        }

        return true;
    })));

    [Fact]
    public void DecodingIntoABufferAllocatesNothing()
    {
        var tokenizer = All.Value[0];
        var ids = tokenizer.Encode(string.Concat(Enumerable.Repeat("The quick brown fox jumps over 12 lazy dogs.\n", 50)));
        var buffer = new char[10_000];
        tokenizer.Decode(ids, buffer, out _, out _);

        // A collection may empty the pool that the buffers come from, so the least of some turns counts.
        var least = Enumerable.Range(0, 20).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            tokenizer.Decode(ids, buffer, out var _, out var _);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, least);
    }

    private static bool Splits(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]);
}
