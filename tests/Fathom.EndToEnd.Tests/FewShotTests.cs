using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fathom.Cli.Recipes;
using Fathom.EndToEnd.Tests.Support;
using Fathom.Training.Recipes;

namespace Fathom.EndToEnd.Tests;

/// <summary>Few-shot data of a recipe: the rows that the code released with LLM-OOD draws.</summary>
public sealed class FewShotTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();

    [SharedTheory("data/ood-intent/clinc150/train.tsv")]
    [InlineData("banking", 1)]
    [InlineData("banking", 4)]
    [InlineData("travel", 5)]
    public void TrainAndValidationAreTheReleasedSelections(string domain, int seed)
    {
        var splits = JsonNode.Parse(File.ReadAllText(SharedFolder.Golden("insight/splits.json")))!;
        var expected = splits[$"{domain}.{seed}"]!;
        HashSet<string> known = [.. expected["known"]!.AsArray().Select(name => (string)name!)];
        var renamed = splits["renamed_labels"]!.AsObject();
        foreach (var part in new[] { "train", "valid" })
        {
            var lines = File.ReadLines(SharedFolder.Path($"data/ood-intent/clinc150/{part}.tsv")).Skip(1)
                .Where(line => line.Contains('\t', StringComparison.Ordinal))
                .Select(line => (Text: line[..line.LastIndexOf('\t')], Label: line[(line.LastIndexOf('\t') + 1)..]))
                .Select(row => row with { Label = (string?)renamed[row.Label] ?? row.Label })
                .Where(row => known.Contains(row.Label));
            _folder.Write($"{part}.jsonl", string.Concat(lines.Select(row => new JsonObject { ["text"] = row.Text, ["label"] = row.Label }.ToJsonString() + "\n")));
        }

        foreach (var shots in new[] { "full", "10", "5", "1" })
        {
            var data = new DataRecipe { Train = _folder["train.jsonl"], Validation = _folder["valid.jsonl"], Shots = shots == "full" ? null : int.Parse(shots), ShotsSeed = seed };
            foreach (var (part, rows) in new[] { ("train", RecipeRows.Training(data)), ("valid", RecipeRows.Validation(data)!) })
            {
                var texts = rows.Select(row => row.Text).ToList();
                Assert.Equal((int)expected[shots]![part]!["count"]!, texts.Count);
                Assert.Equal((string?)expected[shots]![part]!["sha256_of_texts_LF"], Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts)))));
            }
        }
    }

    [Fact]
    public void TooFewRowsOrNoLabelIsSaidOnce()
    {
        var file = _folder.Write("few.jsonl", """
            {"text": "one", "label": "a"}
            {"text": "two", "label": "b"}
            {"text": "three", "label": "a"}

            """);
        var few = Assert.Throws<FathomException>(() => RecipeRows.Training(new DataRecipe { Train = file, Shots = 2 }).ToList());
        Assert.Contains("class 'b' has only 1", few.Message, StringComparison.Ordinal);
        Assert.Equal(["three", "two"], RecipeRows.Training(new DataRecipe { Train = file, Shots = 1, ShotsSeed = 3 }).Select(row => row.Text));
        var bare = _folder.Write("bare.jsonl", """{"text": "one"}""" + "\n");
        Assert.Contains("line 1 has no label", Assert.Throws<FathomException>(() => RecipeRows.Training(new DataRecipe { Train = bare, Shots = 1 }).ToList()).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
