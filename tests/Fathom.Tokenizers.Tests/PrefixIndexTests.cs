using Fathom.Tokenizers.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Tokenizers.Tests;

public class PrefixIndexTests
{
    // Few different bytes make deep tries, all 256 wide ones.
    private static Arbitrary<byte[][]> Tokens => Gen.OneOf(
            Gen.Elements<byte>(0, 1, 97, 98, 255).ArrayOf(), Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(3), Gen.Choose(0, 255).Select(b => new[] { (byte)b }))
        .ArrayOf().ToArbitrary();

    [Fact]
    public void WalksFindAllPrefixesThatAreTokensAndNoOther() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(20261123UL, 7UL).WithMaxTest(300), Prop.ForAll(Tokens, tokens =>
        {
            var index = Index(tokens, out var ids);
            return tokens.Append([97, 97, 98]).All(text => Found(index, text).SequenceEqual(Expected(ids, text)));
        }));

    [Fact]
    public void ManyNodesFillManyBlocks()
    {
        var tokens = Enumerable.Range(0, 40_000).Select(i => new[] { (byte)(i % 251), (byte)(i / 251), (byte)(i % 7), (byte)(i % 13) }).ToArray();
        var index = Index(tokens, out var ids);
        Assert.All(tokens.Where((_, i) => i % 97 == 0), text => Assert.Equal(Expected(ids, text), Found(index, text)));
        Assert.Empty(Found(index, [252, 0]));
    }

    [Fact]
    public void NothingIsFoundInNothing() => Assert.Empty(Found(Index([[]], out _), [0, 1]));

    private static PrefixIndex Index(byte[][] tokens, out Dictionary<string, int> ids)
    {
        var builder = new VocabularyBuilder("test");
        for (var i = 0; i < tokens.Length; i++)
            builder.Add(tokens[i], i);
        var vocabulary = builder.Build();
        ids = [];
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Length > 0)
                ids[Convert.ToHexString(tokens[i])] = vocabulary.Find(tokens[i]);
        }

        return new PrefixIndex(vocabulary, ids.Values);
    }

    private static List<(int Length, int Id)> Expected(Dictionary<string, int> ids, byte[] text) =>
        [.. Enumerable.Range(1, text.Length).Where(length => ids.ContainsKey(Convert.ToHexString(text, 0, length))).Select(length => (length, ids[Convert.ToHexString(text, 0, length)]))];

    private static List<(int Length, int Id)> Found(PrefixIndex index, byte[] text)
    {
        var found = new List<(int Length, int Id)>();
        var walk = index.Begin();
        for (var i = 0; i < text.Length && walk.Next(text[i], out var id); i++)
        {
            if (id >= 0)
                found.Add((i + 1, id));
        }

        return found;
    }
}
