using System.Text;
using Fathom.Formats;
using Fathom.Tokenizers.Loading;
using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Tokenizers.Tests;

public class PropertyTests
{
    private static readonly Lazy<Tokenizer> SmolLm2 = new(() =>
    {
        using var file = GgufFile.Parse(GoldenFiles.Read("gguf/smollm2.gguf"), "smollm2");
        return Tokenizer.FromGguf(file);
    });

    // Its alphabet has all 256 bytes; SmolLM2's lacks some that no text it was trained on has.
    private static readonly Lazy<Tokenizer> AllBytes = new(() =>
    {
        using var file = GgufFile.Parse(GoldenFiles.Read("gguf/pre-tokenizers.gguf"), "pre-tokenizers");

        // A name for which llama.cpp does not take spaces out of decoded text.
        return GgufTokenizerLoader.Load(file.Metadata, "pre-tokenizers", "smollm");
    });

    private static readonly Lazy<Tokenizer> Mistral = new(() => Tokenizer.FromJson(GoldenFiles.Read("real/mistral-v1/tokenizer.json"), "mistral-v1"));

    // Every kind of character: ASCII, letters, marks, spaces, line ends, astral characters, noncharacters.
    private static Arbitrary<string> Texts => Gen.OneOf(
            Gen.Choose(0, 0x7F), Gen.Choose(0x80, 0x2FF), Gen.Choose(0x300, 0xD7FF), Gen.Choose(0xE000, 0xFFFF), Gen.Choose(0x10000, 0x10FFFF),
            Gen.Elements(' ', '\n', '\r', '\t', '\'', 's', 'a', 'Z', '0', 0xA0, 0x301, 0x200D, 0x2581, 0x1F600))
        .ArrayOf().Select(codes => string.Concat(codes.Select(c => new Rune(c).ToString()))).ToArbitrary();

    private static Config Settings => Config.QuickThrowOnFailure.WithReplay(20261122UL, 7UL).WithMaxTest(400);

    [Fact]
    public void ByteLevelDecodingGivesTheTextBack() => Check.One(Settings, Prop.ForAll(Texts, text =>
        AllBytes.Value.Decode(AllBytes.Value.Encode(text), skipSpecialTokens: false) == text
        && AllBytes.Value.Decode(AllBytes.Value.Encode(text, parseSpecialTokens: false)) == text));

    [Fact]
    public void FastAndFullEncodingsAgree() => Check.One(Settings, Prop.ForAll(Texts, text =>
        new[] { SmolLm2.Value, AllBytes.Value, Mistral.Value }.All(t =>
        {
            var ids = t.Encode(text);
            var full = t.EncodeFull(text);
            return ids.AsSpan().SequenceEqual(full.Ids) && t.CountTokens(text) == ids.Length
                && full.Offsets.All(o => o.Start <= o.End && o.End <= text.Length);
        })));

    [Fact]
    public void PartsOfUncutTextGiveTheIdsOfTheWhole() => Check.One(Settings, Prop.ForAll(
        Gen.Elements(" ", "  ", "\u2581", "\u2581\u2581", "the", "of", "\n", "a", ".", "\u0007", "\U0001F600", "tokens", "<s>").ArrayOf().Select(string.Concat).ToArbitrary(),
        text => Mistral.Value.Encode(text).AsSpan().SequenceEqual(Mistral.Value.EncodeFull(text).Ids)));

    [Theory]
    [InlineData("a\u2581a\u2581b", new[] { 3, 3, 2 })]
    [InlineData("\u2581ba\u2581", new[] { 1, 2, 3 })]
    public void MergesMayCrossMarks(string text, int[] ids)
    {
        var tokenizer = Tokenizer.FromJson("""{"model":{"type":"BPE","vocab":{"a":0,"\u2581":1,"b":2,"a\u2581":3},"merges":[["a","\u2581"]]}}"""u8);
        Assert.Equal(ids, tokenizer.Encode(text));
        Assert.Equal(ids, tokenizer.EncodeFull(text).Ids);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"b\"")]
    [InlineData("\"<unk>\"")]
    public void TextsAreNotCutWhereAMergeMayCrossAMark(string unknown)
    {
        var json = $$$"""{"model":{"type":"BPE","unk_token":{{{unknown}}},"vocab":{"a":0,"\u2581":1,"b":2,"a\u2581":3,"\u2581a\u2581":4,"\u2581b":5,"ab":6,"<unk>":7},"merges":[["a","\u2581"],["\u2581","b"],["\u2581","a\u2581"],["a","b"]]}}""";
        var tokenizer = Tokenizer.FromJson(Encoding.UTF8.GetBytes(json));
        Check.One(Settings, Prop.ForAll(
            Gen.Elements("a", "b", "\u2581", "b\u2581b", "c").ArrayOf().Select(string.Concat).ToArbitrary(),
            text => tokenizer.Encode(text).AsSpan().SequenceEqual(tokenizer.EncodeFull(text).Ids)));
    }

    [Fact]
    public void StreamedTextIsTheWholeText() => Check.One(Settings, Prop.ForAll(Texts, text =>
        new[] { SmolLm2.Value, AllBytes.Value, Mistral.Value }.All(t =>
        {
            var ids = t.Encode(text, addSpecialTokens: false);
            var stream = t.CreateStream(skipSpecialTokens: false);
            var pieces = ids.Select(stream.Append).OfType<string>().ToList();
            pieces.Add(stream.Flush());
            return string.Concat(pieces) == t.Decode(ids, skipSpecialTokens: false)
                && pieces.TrueForAll(p => p.Length == 0 || (!char.IsLowSurrogate(p[0]) && !char.IsHighSurrogate(p[^1])));
        })));

    [Fact]
    public void LongWordsTakeNearlyLinearTime()
    {
        // Quadratic time would be a hundred times as much for ten times the letters.
        var watch = System.Diagnostics.Stopwatch.StartNew();
        SmolLm2.Value.Encode(new string('a', 20_000));
        var small = watch.Elapsed;
        watch.Restart();
        SmolLm2.Value.Encode(new string('a', 200_000));
        Assert.True(watch.Elapsed < 40 * small + TimeSpan.FromSeconds(1), $"{small} and {watch.Elapsed}");
    }

    [Fact]
    public void CountingAllocatesNothing()
    {
        var text = string.Concat(Enumerable.Repeat("The quick brown fox jumps over 12 lazy dogs.\n", 50));
        SmolLm2.Value.CountTokens(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
            SmolLm2.Value.CountTokens(text);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ManyThreadsGetTheSameIds()
    {
        var texts = GoldenFiles.Strings.Values.Select(s => s.Text).ToArray();
        var alone = texts.Select(t => SmolLm2.Value.Encode(t)).ToArray();
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < texts.Length; i++)
                Assert.Equal(alone[i], SmolLm2.Value.Encode(texts[i]));
        });
    }
}
