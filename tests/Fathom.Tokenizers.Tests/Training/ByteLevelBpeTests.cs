using System.Text.Json;
using Fathom.Tokenizers.Training;

namespace Fathom.Tokenizers.Tests.Training;

public class ByteLevelBpeTests
{
    private static readonly string[] Texts =
    [
        "low low low low low lower lower newest newest newest newest newest newest widest widest widest",
        "The answer is 42. The answer is 17. naïve café — 日本語 🙂",
        "  spaces   and\n\nlines <|endoftext|><|endoftext|> it's they're",
    ];

    [Fact]
    public void TheFirstMergesAreTheMostFrequentPairsAndTiesGoToTheSmallerIds()
    {
        var merges = Merges(ByteLevelBpe.Train([Texts[0]], new ByteLevelBpeOptions { VocabularySize = 264 }));

        // " newest" 6 times (once without its space: never here), "widest" 3: "es" and "st" 9 times each, then "est".
        Assert.Equal(["e", "s"], merges[0]);
        Assert.Equal(["es", "t"], merges[1]);
    }

    [Fact]
    public void TheMergesAreThoseOfTheSimplestAlgorithm()
    {
        var options = new ByteLevelBpeOptions { VocabularySize = 320, SpecialTokens = ["<|endoftext|>"] };
        var actual = Merges(ByteLevelBpe.Train(Texts, options));
        Assert.Equal(Simplest(Texts, options), actual.Select(m => (m[0], m[1])));
    }

    [Fact]
    public void TheTrainedTokenizerTakesEveryTextApartAndTogether()
    {
        var json = ByteLevelBpe.Train(Texts, new ByteLevelBpeOptions { VocabularySize = 320 });
        Assert.Equal(json, ByteLevelBpe.Train(Texts, new ByteLevelBpeOptions { VocabularySize = 320 }));
        var tokenizer = Tokenizer.FromJson(json);
        foreach (var text in Texts.Append("never seen: żółw 12345 \u0001\t"))
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text), skipSpecialTokens: false));
        }

        Assert.Equal([0], tokenizer.Encode("<|endoftext|>"));
        Assert.Equal(3, tokenizer.Encode("123").Length);
        Assert.True(tokenizer.Encode(" newest").Length < 4);
        Assert.InRange(tokenizer.VocabularySize, 258, 320);
    }

    [Fact]
    public void WhatCannotBeTrainedIsRefused()
    {
        Assert.Contains("too small", Assert.Throws<FathomException>(() => ByteLevelBpe.Train(Texts, new ByteLevelBpeOptions { VocabularySize = 100 })).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => ByteLevelBpe.Train([], new ByteLevelBpeOptions()));
        Assert.Throws<FathomException>(() => ByteLevelBpe.Train(Texts, new ByteLevelBpeOptions { SpecialTokens = ["<a>", "<a>"] }));
    }

    private static List<string[]> Merges(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("model").GetProperty("merges").EnumerateArray().Select(m => new[] { m[0].GetString()!, m[1].GetString()! })];
    }

    private static List<(string, string)> Simplest(string[] texts, ByteLevelBpeOptions options)
    {
        var letters = Tokenizer.FromJson(ByteLevelBpe.Train(["x"], options with { VocabularySize = 257 }));
        var ids = Enumerable.Range(0, 257).ToDictionary(i => letters.IdToToken(i)!, i => i);
        var words = new List<List<string>>();
        foreach (var text in texts)
        {
            var encoding = letters.EncodeFull(text, addSpecialTokens: false);
            for (var i = 0; i < encoding.Count; i++)
            {
                if (i == 0 || encoding.WordIds[i] != encoding.WordIds[i - 1] || encoding.Ids[i] == 0)
                {
                    words.Add([]);
                }

                words[^1].Add(letters.IdToToken(encoding.Ids[i])!);
            }
        }

        var merges = new List<(string, string)>();
        while (ids.Count < options.VocabularySize)
        {
            var best = words.SelectMany(w => w.Zip(w.Skip(1))).GroupBy(p => p).Where(g => g.Count() >= options.MinimumFrequency)
                .OrderByDescending(g => g.Count()).ThenBy(g => ids[g.Key.First]).ThenBy(g => ids[g.Key.Second]).FirstOrDefault();
            if (best is null)
            {
                break;
            }

            var (left, right) = best.Key;
            merges.Add((left, right));
            ids.Add(left + right, ids.Count);
            foreach (var word in words)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] += right;
                        word.RemoveAt(i + 1);
                    }
                }
            }
        }

        return merges;
    }
}
