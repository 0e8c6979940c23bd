using System.IO.Compression;
using System.Text.Json.Nodes;
using Fathom.Insight.Diagnosis;
using Fathom.Tokenizers;

namespace Fathom.Parity.Tests.Methods;

/// <summary>
/// ood.json <c>mode_collapse</c> on the real answers, with the vocabulary of Mistral v0.1, which is kept here where Llama's may not be:
/// both cut numbers into the mark of a word's start and single digits, so answers that are numbers give the same tokens.
/// </summary>
public sealed class ModeCollapseTests
{
    private static readonly Tokenizer Tokenizer = Load();

    [SharedTheory("data/ood-math/MultiArith_X.jsonl")]
    [InlineData("MultiArith_X")]
    [InlineData("SVAMP_X")]
    [InlineData("AddSub_X")]
    [InlineData("SingleEq_X")]
    [InlineData("SingleOp_X")]
    public void AnswersThatAreNumbersAsLlamaCutsThem(string name)
    {
        var expected = Golden.Json("ood.json")["mode_collapse"]!["llama1_2_tokenizer_on_repo_files_V32000_no_bos"]![name]!;
        string[] answers = [.. Rows(name).Select(row => Text(row["answer"]!))];
        Assert.Equal((int)expected["rows"]!, answers.Length);
        var raw = Count(answers);
        Assert.Equal(((long)expected["output_raw"]!["N"]!, (int)expected["output_raw"]!["n"]!), (raw.Total.Tokens, raw.Total.Distinct));
        Golden.Near(Golden.Number(expected["output_raw"]!["gamma"]), raw.Total.RepetitionRate, 1e-6, name);
        Golden.Near(Golden.Number(expected["output_raw"]!["eta"]), raw.Total.VocabularyCoverage, 1e-6, name);
        if (expected["output_final"] is not { } final) return;
        var stripped = Count([.. answers.Select(answer => answer.EndsWith(".0", StringComparison.Ordinal) ? answer[..^2] : answer)]);
        Assert.Equal(((long)final["N"]!, (int)final["n"]!), (stripped.Total.Tokens, stripped.Total.Distinct));
        var first = Golden.Json("ood.json")["mode_collapse"]!["llama1_2_tokenizer_first_1500_tokens"]![$"{name}:final_answers"]!;
        Assert.Equal((int)first["n"]!, stripped.After(1500).Distinct);
    }

    [SharedFact("data/ood-math/MultiArith_X.jsonl")]
    public void AnswersRepeatMoreThanCaptionsAtEqualLength()
    {
        // The hard trend of the specification (its check 32), by a vocabulary that was not used to find it.
        var captions = Count([.. File.ReadLines(SharedFolder.Path("data/ood-intent/multi30k/test_2016_flickr.en"))]);
        foreach (var name in new[] { "MultiArith_X", "SVAMP_X", "SingleEq_X", "SingleOp_X", "MATH_algebra", "MATH_number_theory" })
        {
            var answers = Count([.. Rows(name).Select(row => Text(row["answer"]!))]);
            Assert.True(answers.After(1500).RepetitionRate > captions.After(1500).RepetitionRate, name);
        }
    }

    private static ModeCollapseCounter Count(string[] texts)
    {
        var counter = new ModeCollapseCounter(32_000);
        foreach (var text in texts) counter.Add(Tokenizer.Encode(text, addSpecialTokens: false));
        return counter;
    }

    private static IEnumerable<JsonNode> Rows(string name) => File.ReadLines(SharedFolder.Path($"data/ood-math/{name}.jsonl")).Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!);

    // A number as it stands in the file.
    private static string Text(JsonNode answer) => answer.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string)answer! : answer.ToJsonString();

    private static Tokenizer Load()
    {
        using var packed = new GZipStream(File.OpenRead(SharedFolder.Golden("tokenizers/real/mistral-v1/tokenizer.json.gz")), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return Tokenizer.FromJson(bytes.ToArray());
    }
}
