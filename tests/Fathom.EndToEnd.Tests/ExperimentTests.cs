using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fathom.Cli.Experiments;
using Fathom.EndToEnd.Tests.Support;
using Fathom.Insight.Metrics;
using Fathom.Training.Recipes;

namespace Fathom.EndToEnd.Tests;

/// <summary>Experiments: the draws of a seed, what a run leaves, bad recipes.</summary>
[Collection(SharedBench.Name)]
public sealed class ExperimentTests(Bench bench) : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();

    public static TheoryData<string> Files => [.. Directory.GetFiles(RecipeFolder(), "ood-*.yaml").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryExperimentOfTheRepositoryIsWhole(string name)
    {
        var path = Path.Combine(RecipeFolder(), name);
        var experiment = RecipeFile.Read<OodExperiment>(path, [], OodExperimentChecks.Check);
        Assert.Contains($"fathom run recipes/{name}", string.Join('\n', File.ReadLines(path).TakeWhile(line => line.StartsWith('#'))), StringComparison.Ordinal);
        if (experiment.FineTuning is { } teaching) _ = Training.Recipes.Recipe.Load(Path.Combine(RecipeFolder(), "..", teaching.Recipe), teaching.Set);
    }

    [SharedTheory("data/ood-intent/clinc150/train.tsv")]
    [InlineData("banking")]
    [InlineData("travel")]
    public void DrawsAreTheReleasedCodes(string domain)
    {
        var splits = JsonNode.Parse(File.ReadAllText(SharedFolder.Golden("insight/splits.json")))!;
        foreach (var shots in new[] { "full", "10", "5", "1" })
        {
            var reader = new SettingReader(
                new OodExperiment
                {
                    InDistribution = new KnownTexts
                    {
                        Train = Clinc("train.tsv"),
                        Fit = Clinc("valid.tsv"),
                        Test = Clinc("test.tsv"),
                        LabelField = "label",
                        Classes = new DrawnClasses { File = Clinc("domains.json"), Group = domain },
                        Rename = splits["renamed_labels"]!.DeepClone().AsObject(),
                        Shots = shots == "full" ? null : int.Parse(shots),
                    },
                },
                CancellationToken.None);
            for (var seed = 1; seed <= 5; seed++)
            {
                var drawn = reader.Draw(seed);
                var expected = splits[$"{domain}.{seed}"]![shots]!;
                Assert.Equal(splits[$"{domain}.{seed}"]!["known"]!.AsArray().Select(name => (string)name!), drawn.Known);
                foreach (var (part, rows) in new[] { ("train", drawn.Train), ("valid", drawn.Fit), ("test", drawn.Test) })
                {
                    if (expected[part] is not { } whole) continue;
                    Assert.Equal((int)whole["count"]!, rows.Count);
                    Assert.Equal((string?)whole["sha256_of_texts_LF"], Hash(rows.Select(row => row.Text)));
                    Assert.Equal((string?)whole["sha256_of_labels_LF"], Hash(rows.Select(row => $"{drawn.Known.ToList().IndexOf(row.Label!)}")));
                }

                var unknown = drawn.Foreign.Single(set => set.Name == "unknown_classes").Texts;
                Assert.Equal((string?)splits[$"{domain}.{seed}"]!["ood_test"]!["sha256_of_sorted_texts_LF"], Hash(unknown.Select(row => row.Text).Order(StringComparer.Ordinal)));
            }
        }
    }

    [Fact]
    public void ASeedsNumbersAreThoseOfFittingAndScoringItsFilesByHand()
    {
        var answer = FathomProcess.Run("run", Experiment(), "--out", _folder["run"], "--json").Succeeded().Json;
        Assert.Equal("run", (string)answer["command"]!);
        Assert.Equal([3, 5], answer["seeds"]!.AsArray().Select(seed => (int)seed!["seed"]!));
        var row = answer["results"]!.AsArray().Single(row => (string)row!["detector"]! == "cosine" && (string)row["set"]! == "unknown_classes")!;
        double[] seeds = [.. row["auroc"]!["seeds"]!.AsArray().Select(value => (double)value!)];
        var (mean, deviation, _) = StudentInterval.Of(seeds);
        Assert.Equal((mean, deviation), ((double)row["auroc"]!["mean"]!, (double)row["auroc"]!["std"]!));
        Assert.Contains(answer["results"]!.AsArray(), other => (string)other!["detector"]! == "combined");

        for (var i = 0; i < 2; i++)
        {
            var data = _folder[$"run/seed-{(i == 0 ? 3 : 5)}/data"];
            var guard = _folder[$"by-hand-{i}.fathom"];
            FathomProcess.Run("ood", "fit", bench.Model, "--data", Path.Combine(data, "fit.jsonl"), "--label-field", "label", "--detectors", "cosine", "--template", "in: {text} out:", "--max-new-tokens", "2", "--out", guard, "--quiet").Succeeded();
            double[] Scores(string name)
            {
                FathomProcess.Run("ood", "score", guard, "--model", bench.Model, "--data", Path.Combine(data, name), "--out", _folder[$"scores-{i}-{name}"], "--quiet").Succeeded();
                return [.. Bench.Lines(_folder[$"scores-{i}-{name}/samples.jsonl"]).Select(line => (double)line["scores"]!["cosine"]!)];
            }

            Assert.Equal(DetectionMetrics.Of(Scores("test.jsonl"), Scores("ood-unknown_classes.jsonl")).Auroc, seeds[i], 1e-12);
        }
    }

    [Fact]
    public void KilledTheSameCommandEndsWithTheSameResult()
    {
        var recipe = Experiment();
        FathomProcess.Run("run", recipe, "--out", _folder["whole"], "--quiet").Succeeded();
        foreach (var milliseconds in new[] { 500, 800 })
        {
            using var process = FathomProcess.Start("run", recipe, "--out", _folder["broken"], "--quiet");
            Thread.Sleep(milliseconds);
            process.KillHard();
        }

        FathomProcess.Run("run", recipe, "--out", _folder["broken"], "--threads", "1", "--quiet").Succeeded();
        Assert.Equal(File.ReadAllBytes(_folder["whole/result.json"]), File.ReadAllBytes(_folder["broken/result.json"]));
        Assert.Contains("unknown_classes", File.ReadAllText(_folder["broken/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void TheModelMayBeTaughtFirst()
    {
        var teach = _folder.Write("teach.yaml", $$"""
            model: {path: MODEL}
            data: {train: train.jsonl, template: 'in: {text} out:{label}', learn_from: answer}
            adapter: {rank: 2, targets: [q_proj, v_proj]}
            optimiser: {rate: 0.01}
            batch: {sequences: 4}
            steps: 2
            """);
        var answer = FathomProcess.Run("run", Experiment(), "--set", $"fine_tuning={{recipe: {teach}}}", "--set", "in_distribution.shots=3", "--out", _folder["taught"], "--json").Succeeded().Json;
        Assert.True((bool)answer["fine_tuned"]!);
        Assert.True(File.Exists(_folder["taught/seed-3/training/result.json"]));
        Assert.Equal(6, File.ReadAllLines(_folder["taught/seed-3/data/train.jsonl"]).Length);
        var same = FathomProcess.Run("run", Experiment(), "--set", "in_distribution.shots=3", "--out", _folder["untaught"], "--json").Succeeded().Json;
        Assert.NotEqual(same["results"]!.ToJsonString(), answer["results"]!.ToJsonString());

        // What was taught to the end is not taught again.
        Directory.Delete(_folder["taught/seed-3/training/checkpoints"], recursive: true);
        var again = FathomProcess.Run("run", Experiment(), "--set", $"fine_tuning={{recipe: {teach}}}", "--set", "in_distribution.shots=3", "--out", _folder["taught"], "--json").Succeeded().Json;
        Assert.Equal(answer["results"]!.ToJsonString(), again["results"]!.ToJsonString());
        Assert.False(Directory.Exists(_folder["taught/seed-3/training/checkpoints"]));
    }

    [Fact]
    public void AClassifierIsTaughtAndItsHeadLookedAt()
    {
        var teach = _folder.Write("classes.yaml", """
            model: {path: MODEL}
            objective: classification
            classifier: {end_token: true}
            data: {train: train.jsonl, template: 'not this one: {text}'}
            adapter: {rank: 4, targets: [q_proj, v_proj]}
            optimiser: {rate: 0.02}
            batch: {sequences: 4}
            evaluate: {metrics: [accuracy]}
            steps: 12
            """);
        string[] taught = ["run", Experiment(), "--set", $"fine_tuning={{recipe: {teach}, answer: ''}}", "--set", "combine=[]"];
        var answer = FathomProcess.Run([.. taught, "--set", "detectors=[cosine, softmax, energy, tv0]", "--out", _folder["refused"]]);
        Assert.Contains("tv0 looks at the output", answer.Error, StringComparison.Ordinal);

        var json = FathomProcess.Run([.. taught, "--set", "detectors=[cosine, mahalanobis_ledoit_wolf, softmax, energy]", "--set", "prompt.template=normal", "--out", _folder["run"], "--json"]).Succeeded().Json;
        foreach (var seed in json["seeds"]!.AsArray()) Assert.InRange((double)seed!["taught"]!["value"]!, 0.5, 1.0);
        var lines = Bench.Lines(_folder["run/seed-3/samples.jsonl"]);
        Assert.Equal(new[] { "fit", "test", "ood" }, lines.Select(line => (string)line["role"]!).Distinct());
        Assert.Equal(16 + 10 + 10 + 10, lines.Count);
        Assert.Contains("### Input:", File.ReadAllText(_folder["run/seed-3/training/run.json"]), StringComparison.Ordinal);

        // By hand: the taught model, the same rows and prompt.
        FathomProcess.Run("ood", "fit", _folder["run/seed-3/training/model"], "--data", _folder["run/seed-3/data/fit.jsonl"], "--label-field", "label", "--detectors", "softmax,energy", "--template", "### Input:\\n{text}\\n\\n### Output:\\n", "--max-new-tokens", "2", "--out", _folder["hand.fathom"], "--quiet").Succeeded();
        FathomProcess.Run("ood", "score", _folder["hand.fathom"], "--model", _folder["run/seed-3/training/model"], "--data", _folder["run/seed-3/data/test.jsonl"], "--out", _folder["hand"], "--quiet").Succeeded();
        var byText = lines.Where(line => (string)line["role"]! == "test").ToDictionary(line => (string)line["text"]!, line => line["scores"]!);
        foreach (var line in Bench.Lines(_folder["hand/samples.jsonl"]))
        {
            foreach (var detector in new[] { "softmax", "energy" }) Assert.Equal((double)line["scores"]![detector]!, (double)byText[(string)line["text"]!][detector]!);
        }
    }

    [Theory]
    [InlineData("seeds=[]", "seeds is empty")]
    [InlineData("seeds=[1, 1]", "seeds has one twice")]
    [InlineData("experiment=erank", "experiment is 'erank', known is ood")]
    [InlineData("detectors=[cosin]", "detector 'cosin' is unknown")]
    [InlineData("detectorz=[cosine]", "detectors")]
    [InlineData("prompt.embedding=middle", "known are last, avg, text_last")]
    [InlineData("in_distribution.fit=nowhere.jsonl", "nowhere.jsonl")]
    [InlineData("in_distribution.shots=400", "has 8")]
    [InlineData("in_distribution.label_field=null", "shots and classes need labelled rows")]
    [InlineData("out_of_distribution=[{name: a/b, files: [x]}]", "expected letters, digits, dashes and underscores")]
    [InlineData("out_of_distribution=[{name: far, files: []}]", "name at least one file")]
    [InlineData("fine_tuning={recipe: nowhere.yaml}", "nowhere.yaml")]
    [InlineData("combine=[[cosine]]", "fewer than two")]
    [InlineData("model.path=nowhere", "nowhere")]
    [InlineData("prompt.template=instruct_bankin", "neither a text with {text} in it nor one of instruct_20ng, instruct_banking")]
    [InlineData("in_distribution.labels=[a class, q class]", "no row of class 'q class'")]
    [InlineData("prompt.max_new_tokens=100000", "more than the model's context")]
    public void BadRecipesGiveOneLine(string setting, string words)
    {
        var result = FathomProcess.Run("run", Experiment(), "--set", setting, "--out", _folder["bad"]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ClassesThatBeginAlikeAreNamed()
    {
        var result = FathomProcess.Run("run", Experiment(), "--set", "detectors=[softmax]", "--set", "combine=[]", "--set", "in_distribution.rename={a class: same 1, b class: same 2, c class: same 3, d class: same 4}", "--out", _folder["bad"]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Matches("seed 3: classes 'same [1-4]' and 'same [1-4]' begin with the same token", result.Error);
        Assert.Contains("in_distribution.rename", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Experiment()
    {
        string Rows(int each) => string.Concat(Enumerable.Range(0, 4 * each).Select(i => new JsonObject { ["text"] = $"{(i % 4) switch { 0 => "apples and pears", 1 => "trains to town", 2 => "rain on the roof", _ => "seven plus nine" }} number {i}", ["label"] = $"{(char)('a' + i % 4)} class" }.ToJsonString() + "\n"));
        return _folder.Write("experiment.yaml", $$$"""
            experiment: ood
            model: {path: {{{bench.Model}}}}
            seeds: [3, 5]
            prompt: {template: 'in: {text} out:', max_new_tokens: 2}
            detectors: [cosine, mahalanobis_ledoit_wolf, cosine_whitened, tv0]
            combine: [[cosine, tv0]]
            in_distribution: {name: four, fit: {{{_folder.Write("fit.jsonl", Rows(8))}}}, test: {{{_folder.Write("test.jsonl", Rows(5))}}}, label_field: label, classes: {}}
            out_of_distribution:
              - {name: far, files: [{{{bench.Far}}}], sample: 10}
            """);
    }

    private static string Clinc(string name) => SharedFolder.Path("data/ood-intent/clinc150/" + name);

    private static string Hash(IEnumerable<string> lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));

    private static string RecipeFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, "recipes"))) return Path.Combine(at.FullName, "recipes");
        }

        throw new DirectoryNotFoundException("recipes");
    }
}
