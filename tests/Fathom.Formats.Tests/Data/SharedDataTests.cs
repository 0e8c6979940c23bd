using System.Text.Json;

namespace Fathom.Formats.Tests;

/// <summary>The real data sets, against the row counts that the specification's golden file states.</summary>
public class SharedDataTests
{
    [SharedTheory("data/ood-math", "golden/ood.json")]
    [InlineData("MultiArith_X")]
    [InlineData("GSM8K_X")]
    [InlineData("SVAMP_X")]
    [InlineData("AddSub_X")]
    [InlineData("SingleEq_X")]
    [InlineData("SingleOp_X")]
    [InlineData("MATH/algebra")]
    [InlineData("MATH/counting_and_probability")]
    [InlineData("MATH/geometry")]
    [InlineData("MATH/number_theory")]
    [InlineData("MATH/precalculus")]
    public void MathQuestions(string name)
    {
        var rows = DataSet.Read(SharedFolder.Path($"data/ood-math/{name.Replace('/', '_')}.jsonl")).ToList();
        Assert.Equal(Count(name), rows.Count);
        Assert.All(rows, row => Assert.NotNull(row.Answer));
        Assert.Equal(Enumerable.Range(0, rows.Count), rows.Select(row => row.Index));
        Assert.Equal(rows[^1].LineNumber, rows.Count);
    }

    [SharedFact("data/ood-math/MultiArith_X.jsonl")]
    public void TextsKeepTheirExactCharacters()
    {
        var rows = DataSet.Read(SharedFolder.Path("data/ood-math/MultiArith_X.jsonl")).ToList();
        Assert.StartsWith(" For Halloween Debby", rows[0].Text, StringComparison.Ordinal);
        Assert.EndsWith("have left? ", rows[0].Text, StringComparison.Ordinal);
        Assert.Equal("39.0", rows[0].Answer);
        Assert.Equal(DataValueKind.Number, rows[0].Fields["answer"].Kind);
        Assert.Equal(580, rows.Select(row => row.Text).Distinct().Count());
        var gsm = DataSet.Read(SharedFolder.Path("data/ood-math/GSM8K_X.jsonl"), new DataOptions { Limit = 1 }).Single();
        Assert.StartsWith("Janet’s ducks", gsm.Text, StringComparison.Ordinal);
    }

    [SharedTheory("data/ood-intent", "golden/ood.json")]
    [InlineData("clinc150/train.tsv", "clinc_train", -1)]
    [InlineData("clinc150/valid.tsv", "clinc_valid", -1)]
    [InlineData("clinc150/test.tsv", "clinc_test_incl_1000_oos", -1)]
    [InlineData("banking77/dev.tsv", "banking", 1)]
    [InlineData("banking77/test.tsv", "banking", 2)]
    [InlineData("stackoverflow/train.tsv", "stackoverflow", 0)]
    [InlineData("stackoverflow/valid.tsv", "stackoverflow", 1)]
    [InlineData("stackoverflow/test.tsv", "stackoverflow", 2)]
    public void Intents(string file, string name, int part)
    {
        var rows = DataSet.Read(SharedFolder.Path($"data/ood-intent/{file}")).ToList();
        Assert.Equal(Count(name, part), rows.Count);
        Assert.All(rows, row => Assert.False(string.IsNullOrEmpty(row.Label)));
    }

    [SharedFact("data/ood-intent/banking77/train.tsv", "golden/ood.json")]
    public void MalformedLinesAreRefusedByNameOrCounted()
    {
        var path = SharedFolder.Path("data/ood-intent/banking77/train.tsv");
        var refused = Assert.Throws<FathomException>(() => DataSet.Read(path).Count());
        Assert.Contains("train.tsv: line 273: has 1 field, the header has 2 ('text', 'label')", refused.Message, StringComparison.Ordinal);
        var malformed = new List<MalformedRow>();
        Assert.Equal(Count("banking", 0), DataSet.Read(path, new DataOptions { OnMalformed = malformed.Add }).Count());
        Assert.Equal([273L, 2148, 2149, 2150, 2151, 2546, 4459, 4726, 6061, 6584, 7090, 7296, 7866], malformed.Select(row => row.LineNumber));
    }

    [SharedFact("data/ood-intent/sst2/test.data", "golden/ood.json")]
    public void Sst2()
    {
        var rows = DataSet.Read(SharedFolder.Path("data/ood-intent/sst2/test.data")).ToList();
        Assert.Equal(Count("sst2_test"), rows.Count);
        Assert.Equal(Count("sst2_test_neg"), rows.Count(row => row.Label == "0"));
        Assert.Equal(Count("sst2_test_pos"), rows.Count(row => row.Label == "1"));
        Assert.Equal("no movement , no yuks , not much of anything .", rows[0].Text);
    }

    [SharedTheory("data/ood-intent/multi30k", "golden/ood.json")]
    [InlineData("test_2016_flickr.en", 0)]
    [InlineData("test_2017_mscoco.en", 1)]
    [InlineData("test_2018_flickr.en", 2)]
    public void Captions(string file, int part) =>
        Assert.Equal(Count("multi30k", part), DataSet.Read(SharedFolder.Path($"data/ood-intent/multi30k/{file}"), new DataOptions { Format = DataFormat.Text }).Count());

    [SharedTheory("data/dynamicqa")]
    [InlineData("Static_final.csv", 2500)]
    [InlineData("Temporal_final.csv", 2495)]
    [InlineData("Disputable_final.csv", 694)]
    public void Facts(string file, int rows)
    {
        var read = DataSet.Read(SharedFolder.Path($"data/dynamicqa/{file}")).ToList();
        Assert.Equal(rows, read.Count);
        Assert.All(read, row => Assert.Equal(row.Fields["question"].Text, row.Text));
    }

    [SharedTheory("data")]
    [InlineData("gsm8k/train.jsonl", 7473, null)]
    [InlineData("gsm8k/test.jsonl", 1319, null)]
    [InlineData("gsm8k/example_model_solutions.jsonl", 1319, null)]
    [InlineData("hh-rlhf/harmless-base-test.jsonl.gz", 2312, "chosen")]
    [InlineData("math-cot/math-train-gpt35-8samples.jsonl.gz", 7500, null)]
    [InlineData("case2code/test.jsonl", 500, null)]
    [InlineData("case2code/sample_raw_data.jsonl", 10, null)]
    [InlineData("case2code/case2code/filtered/output.jsonl", 5, null)]
    [InlineData("wikitext/wikitext_document_level-test.json", 62, null)]
    [InlineData("svamp/SVAMP.json", 1000, "Body")]
    public void Others(string file, int rows, string? field) =>
        Assert.Equal(rows, DataSet.Read(SharedFolder.Path($"data/{file}"), new DataOptions { TextField = field }).Count());

    private static int Count(string name, int part = -1)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Path("golden/ood.json")));
        var value = golden.RootElement.GetProperty("data_counts").GetProperty(name);
        return (part < 0 ? value : value[part]).GetInt32();
    }
}
