using System.Text.Json.Nodes;
using Fathom.EndToEnd.Tests.Support;

namespace Fathom.EndToEnd.Tests;

[Collection(SharedBench.Name)]
public sealed class OodTests(Bench bench) : IDisposable
{
    private static readonly string[] Names = ["tv0", "tv1", "tv2", "tv3", "tv4", "tv5", "msp", "perplexity", "input_embedding", "output_embedding", "cosine"];
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void FitThenScoreSaysPerQuestionWhetherItIsOutside()
    {
        var detector = _folder["near.fathom"];
        var fitted = FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--out", detector, "--json").Succeeded().Json;
        Assert.Equal("ood fit", (string)fitted["command"]!);
        Assert.Equal(40, (int)fitted["samples"]!);
        string[] recommended = [.. Names, "prompt_last_ledoit_wolf", "combined"];
        Assert.Equal(recommended, fitted["detectors"]!.AsArray().Select(entry => (string)entry!["detector"]!));
        Assert.Equal("combined", (string)fitted["lead"]!["detector"]!);
        Assert.All(fitted["detectors"]!.AsArray(), entry => Assert.True(double.IsFinite((double)entry!["threshold"]!)));

        var scored = FathomProcess.Run("ood", "score", detector, "--model", bench.Model, "--data", bench.Far, "--out", _folder["scores"], "--json").Succeeded().Json;
        Assert.Equal("ood score", (string)scored["command"]!);
        Assert.Equal(24, (int)scored["samples"]!);

        var samples = Bench.Lines(_folder["scores/samples.jsonl"]);
        var questions = Bench.Lines(bench.Far);
        Assert.Equal(24, samples.Count);
        for (var i = 0; i < samples.Count; i++)
        {
            Assert.Equal(i, (int)samples[i]["index"]!);
            Assert.Equal((string)questions[i]["question"]!, (string)samples[i]["text"]!);
            Assert.NotEmpty(samples[i]["tokens"]!.AsArray());
            Assert.True(samples[i]["tokens"]!.AsArray().Count <= 16);
            Assert.Equal(recommended, samples[i]["scores"]!.AsObject().Select(pair => pair.Key));
            Assert.All(samples[i]["scores"]!.AsObject(), pair => Assert.True(double.IsFinite((double)pair.Value!)));
        }

        Assert.True(File.Exists(_folder["scores/report.html"]));
        Assert.True(File.Exists(_folder["scores/run.json"]));
        Assert.True(File.Exists(_folder["scores/result.json"]));
        var outside = samples.Count(sample => (double)sample["scores"]!["tv0"]! > Threshold(fitted, "tv0"));
        var reported = scored["detectors"]!.AsArray().Single(entry => (string)entry!["detector"]! == "tv0")!;
        Assert.Equal(outside, (int)reported["outside"]!);
    }

    [Fact]
    public void ScoresDoNotDependOnBatchOrThreads()
    {
        var detector = _folder["near.fathom"];
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--out", detector, "--batch-size", "3", "--threads", "1").Succeeded();
        var again = _folder["again.fathom"];
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--out", again, "--batch-size", "16", "--threads", "2").Succeeded();
        Assert.Equal(File.ReadAllBytes(detector), File.ReadAllBytes(again));

        FathomProcess.Run("ood", "score", detector, "--model", bench.Model, "--data", bench.Far, "--out", _folder["a"], "--batch-size", "1").Succeeded();
        FathomProcess.Run("ood", "score", detector, "--model", bench.Model, "--data", bench.Far, "--out", _folder["b"], "--batch-size", "7", "--threads", "1").Succeeded();
        Assert.Equal(File.ReadAllText(_folder["a/samples.jsonl"]), File.ReadAllText(_folder["b/samples.jsonl"]));
        Assert.Equal(File.ReadAllText(_folder["a/result.json"]), File.ReadAllText(_folder["b/result.json"]));
    }

    [Fact]
    public void EvaluateComparesDetectorsOverSets()
    {
        var result = FathomProcess.Run(
            "ood", "evaluate", bench.Model, "--id", bench.Near, "--ood", bench.Far, "--ood", bench.Other, "--limit", "20", "--detectors", "all", "--out", _folder["run"], "--json").Succeeded().Json;
        Assert.Equal("ood evaluate", (string)result["command"]!);
        Assert.Equal("near", (string)result["id"]!["name"]!);
        Assert.Equal(20, (int)result["id"]!["fit_count"]! + (int)result["id"]!["test_count"]!);
        Assert.True((int)result["throughput"]!["generated_tokens"]! > 0);
        var rows = result["results"]!.AsArray();
        Assert.Equal(Names.Length * 2, rows.Count);
        foreach (var set in new[] { "far", "other" })
        {
            Assert.Equal(Names, rows.Where(row => (string)row!["set"]! == set).Select(row => (string)row!["detector"]!));
        }

        Assert.All(rows, row =>
        {
            Assert.InRange((double)row!["auroc"]!, 0, 1);
            Assert.InRange((double)row["fpr95"]!, 0, 1);
            Assert.InRange((double)row["aupr_in"]!, 0, 1);
            Assert.InRange((double)row["aupr_out"]!, 0, 1);
        });

        // The data have answers, which a model of random weights does not find; thresholds are measured by three rules, or two where few promise nothing.
        Assert.Equal(Names.Length * 3, result["quality"]!.AsArray().Count);
        Assert.Equal(8 + 20 + 16, (int)result["quality"]![0]!["count"]!);
        Assert.Equal(["quantile", "youden"], result["online"]!.AsArray().Where(row => (string)row!["detector"]! == "tv0" && (string)row["set"]! == "far").Select(row => (string)row!["rule"]!));
        Assert.All(Bench.Lines(_folder["run/samples.jsonl"]), line => Assert.NotNull(line["correct"]));
        Assert.Contains("Online: what thresholds do", File.ReadAllText(_folder["run/report.html"]), StringComparison.Ordinal);
        var stored = JsonNode.Parse(File.ReadAllText(_folder["run/result.json"]))!.AsObject();
        Assert.False(stored.ContainsKey("throughput"));
        Assert.Equal(rows.ToJsonString(), stored["results"]!.ToJsonString());
        Assert.Contains("<html", File.ReadAllText(_folder["run/report.html"]), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void EvaluateShowsACombinationAsADetector()
    {
        var result = FathomProcess.Run("ood", "evaluate", bench.Model, "--id", bench.Near, "--ood", bench.Far, "--detectors", "msp", "--combine", "cosine,msp", "--max-new-tokens", "3", "--out", _folder["run"], "--json").Succeeded().Json;
        Assert.Equal(["msp", "combined"], result["results"]!.AsArray().Select(row => (string)row!["detector"]!));
        Assert.Equal("combined", (string)FathomProcess.Run("ood", "inspect", _folder["run/detectors.fathom"], "--json").Succeeded().Json["lead"]!["detector"]!);
    }

    [Fact]
    public void TheSameCommandAgainTakesWhatIsThere()
    {
        string[] command = ["ood", "evaluate", bench.Model, "--id", bench.Near, "--ood", bench.Far, "--limit", "20", "--out", _folder["run"]];
        FathomProcess.Run(command).Succeeded();
        var first = File.ReadAllBytes(_folder["run/result.json"]);
        FathomProcess.Run(command).Succeeded();
        Assert.Equal(first, File.ReadAllBytes(_folder["run/result.json"]));
        FathomProcess.Run([.. command, "--max-new-tokens", "3"]).FailedWith(1, "max_new_tokens", "another folder");
    }

    [Fact]
    public void DropoutIsFittedAndScoredAlikeWhateverTheBatch()
    {
        string[] fit = ["ood", "fit", bench.Model, "--data", bench.Near, "--limit", "12", "--detectors", "tv0,mc_dropout", "--dropout-passes", "3", "--dropout-rate", "0.2", "--json"];
        var detector = _folder["a.fathom"];
        var fitted = FathomProcess.Run([.. fit, "--out", detector, "--batch-size", "3", "--threads", "1"]).Succeeded().Json;
        Assert.True(Threshold(fitted, "mc_dropout") > 0);
        FathomProcess.Run([.. fit, "--out", _folder["b.fathom"], "--batch-size", "16", "--threads", "2"]).Succeeded();
        Assert.Equal(File.ReadAllBytes(detector), File.ReadAllBytes(_folder["b.fathom"]));

        string[] score = ["ood", "score", detector, "--model", bench.Model, "--data", bench.Far, "--limit", "9"];
        FathomProcess.Run([.. score, "--out", _folder["a"], "--batch-size", "1"]).Succeeded();
        FathomProcess.Run([.. score, "--out", _folder["b"], "--threads", "1"]).Succeeded();
        Assert.Equal(File.ReadAllText(_folder["a/samples.jsonl"]), File.ReadAllText(_folder["b/samples.jsonl"]));
        Assert.All(Bench.Lines(_folder["a/samples.jsonl"]), sample => Assert.True((double)sample["scores"]!["mc_dropout"]! > 0));
    }

    [Fact]
    public void EvaluateWithDropoutGoesOnAndRefusesOtherPasses()
    {
        string[] command = ["ood", "evaluate", bench.Model, "--id", bench.Near, "--ood", bench.Far, "--limit", "10", "--detectors", "msp,mc_dropout", "--out", _folder["run"], "--json"];
        var rows = FathomProcess.Run([.. command, "--dropout-passes", "4"]).Succeeded().Json["results"]!.AsArray();
        Assert.Equal(["msp", "mc_dropout"], rows.Select(row => (string)row!["detector"]!));
        FathomProcess.Run([.. command, "--dropout-passes", "4"]).Succeeded();
        FathomProcess.Run([.. command, "--dropout-passes", "5"]).FailedWith(1, "dropout", "5 passes");
        FathomProcess.Run("ood", "evaluate", bench.Model, "--id", bench.Near, "--ood", bench.Far, "--dropout-rate", "0.2", "--out", _folder["other"]).FailedWith(2, "--dropout-rate", "all,mc_dropout");
        FathomProcess.Run([.. command, "--dropout-passes", "4", "--dropout-sites", "attention"]).FailedWith(1, "dropout", "sites attention");
        FathomProcess.Run([.. command, "--dropout-sites", "head"]).FailedWith(2, "head", "feed_forward");
        FathomProcess.Run([.. command, "--dropout-rate", "1"]).FailedWith(2, "--dropout-rate", "0.9");
    }

    [Fact]
    public void LabelledDataGiveClassesAndTheirLogits()
    {
        const string Labelled = "cosine,knn,mahalanobis,mahalanobis_ledoit_wolf,softmax,energy,full_softmax,entropy,tv0_ledoit_wolf";
        string Rows(int count, Func<int, string> label) => "text\tlabel\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"word {i} of {(i * 7) % 5}\t{label(i)}\n"));
        var labelled = _folder.Write("labelled.tsv", Rows(24, i => i % 2 == 0 ? "alpha" : "zulu"));
        var plain = _folder.Write("plain.tsv", Rows(6, _ => ""));
        var detector = _folder["classes.fathom"];
        string[] fit = ["ood", "fit", bench.Model, "--data", labelled, "--text-field", "text", "--detectors", Labelled, "--template", "In: {text}\\nOut:\\n", "--max-new-tokens", "2", "--out", detector];
        var fitted = FathomProcess.Run([.. fit, "--label-field", "label", "--embedding", "avg", "--json"]).Succeeded().Json;
        Assert.Equal(Labelled.Split(','), fitted["detectors"]!.AsArray().Select(entry => (string)entry!["detector"]!));

        // New data need no labels; the class tokens come with the detectors.
        string[] score = ["ood", "score", detector, "--model", bench.Model, "--data", plain, "--text-field", "text"];
        FathomProcess.Run([.. score, "--out", _folder["a"], "--batch-size", "1"]).Succeeded();
        FathomProcess.Run([.. score, "--out", _folder["b"], "--threads", "1"]).Succeeded();
        Assert.Equal(File.ReadAllText(_folder["a/samples.jsonl"]), File.ReadAllText(_folder["b/samples.jsonl"]));
        Assert.All(Bench.Lines(_folder["a/samples.jsonl"]), sample =>
        {
            Assert.Equal(Labelled.Split(','), sample["scores"]!.AsObject().Select(pair => pair.Key));
            Assert.InRange((double)sample["scores"]!["softmax"]!, -1, 0);
            Assert.True((double)sample["scores"]!["softmax"]! >= (double)sample["scores"]!["full_softmax"]! - 1e-6);
        });

        var twins = _folder.Write("twins.tsv", Rows(6, i => i % 2 == 0 ? "alpha" : "alpine"));
        FathomProcess.Run("ood", "fit", bench.Model, "--data", twins, "--text-field", "text", "--label-field", "label", "--detectors", "softmax", "--out", _folder["c.fathom"]).FailedWith(1, "'alpha' and 'alpine'");
        FathomProcess.Run("ood", "fit", bench.Model, "--data", plain, "--text-field", "text", "--detectors", "energy", "--out", _folder["c.fathom"]).FailedWith(1, "label");
        FathomProcess.Run("ood", "fit", bench.Model, "--data", labelled, "--detectors", "msp", "--embedding", "avg", "--out", _folder["c.fathom"]).FailedWith(2, "--embedding", "cosine");
        FathomProcess.Run("ood", "evaluate", bench.Model, "--id", labelled, "--ood", plain, "--text-field", "text", "--label-field", "label", "--detectors", "softmax,mahalanobis_ridge", "--embedding", "text_last", "--max-new-tokens", "1", "--out", _folder["run"]).Succeeded();
    }

    [Fact]
    public void DiagnoseMeasuresEverySetAndGoesOnFromWhatIsThere()
    {
        string[] command = ["ood", "diagnose", bench.Model, "--id", bench.Near, "--ood", bench.Far, "--ood", bench.Other, "--limit", "12", "--max-new-tokens", "5", "--out", _folder["run"], "--json"];
        var result = FathomProcess.Run(command).Succeeded().Json;
        Assert.Equal(["near", "far", "other"], result["sets"]!.AsArray().Select(set => (string)set!["set"]!));
        var equal = (long)result["equal_tokens"]!;
        Assert.All(result["sets"]!.AsArray(), set =>
        {
            Assert.Equal(12, (int)set!["count"]!);
            Assert.InRange((double)set["early_stabilisation"]!["late_share"]!, 0, 1);
            Assert.NotEmpty(set["early_stabilisation"]!["step_lengths"]!["mean"]!.AsArray());
            Assert.Equal(equal, (long)set["mode_collapse_at_equal_tokens"]!["tokens"]!);
            Assert.True((long)set["mode_collapse"]!["tokens"]! >= equal);
            Assert.InRange((double)set["isotropy"]!["mean_cosine"]!, -1, 1);
        });
        Assert.True((double)result["endpoint_convergence"]!["first"]! > 0);
        var report = File.ReadAllText(_folder["run/report.html"]);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
        Assert.Contains("Mode collapse", report, StringComparison.Ordinal);
        var stored = File.ReadAllBytes(_folder["run/result.json"]);
        FathomProcess.Run(command).Succeeded();
        Assert.Equal(stored, File.ReadAllBytes(_folder["run/result.json"]));
        var alone = FathomProcess.Run("ood", "diagnose", bench.Model, "--id", bench.Near, "--limit", "6", "--max-new-tokens", "2", "--out", _folder["alone"], "--json").Succeeded().Json;
        Assert.Null(alone["endpoint_convergence"]);
    }

    [Fact]
    public void AHeldOutSetCalibratesByGroupAndIsRemembered()
    {
        string Rows(int count, int shift) => string.Concat(Enumerable.Range(0, count).Select(i => $"{{\"question\":\"How many apples has Ann after {i + shift} and {(i * 7) % 13}?\",\"lang\":\"{(i % 3 == 0 ? "de" : i == 1 ? "fr" : "en")}\"}}\n"));
        var held = _folder.Write("held.jsonl", Rows(30, 100));
        var detector = _folder["guard.fathom"];
        string[] fit = ["ood", "fit", bench.Model, "--data", bench.Near, "--calibration", held, "--group-field", "lang", "--quantile", "0.85", "--combine", "cosine,tv0", "--out", detector, "--json"];
        var fitted = FathomProcess.Run(fit).Succeeded().Json;
        Assert.Equal([.. Names, "combined"], fitted["detectors"]!.AsArray().Select(entry => (string)entry!["detector"]!));
        Assert.Equal(("held_out", 30, "lang"), ((string)fitted["calibration"]!["source"]!, (int)fitted["calibration"]!["count"]!, (string)fitted["calibration"]!["group_field"]!));
        Assert.Equal(64, ((string)fitted["calibration"]!["sha256"]!).Length);
        Assert.Equal("combined", (string)fitted["lead"]!["detector"]!);
        var cosine = fitted["detectors"]!.AsArray().Single(entry => (string)entry!["detector"]! == "cosine")!;
        Assert.Equal(["de", "en"], cosine["groups"]!.AsArray().Select(group => (string)group!["group"]!));
        Assert.Equal((15, "conformal"), ((int)fitted["detectors"]!.AsArray().Last()!["calibration_count"]!, (string)cosine["rule"]!));

        var mixed = _folder.Write("mixed.jsonl", Rows(4, 200) + "{\"question\":\"LOUD !!\",\"lang\":\"it\"}\n{\"question\":\"x^2 = 4\"}\n");
        var scored = FathomProcess.Run("ood", "score", detector, "--model", bench.Model, "--data", mixed, "--out", _folder["scores"], "--json").Succeeded();
        Assert.Contains("without a threshold of their own", scored.Error, StringComparison.Ordinal);
        Assert.Equal("combined", (string)scored.Json["lead_detector"]!);
        var lines = Bench.Lines(_folder["scores/samples.jsonl"]);
        Assert.Equal(["de", "fr", "en", "de", "it", null], lines.Select(line => (string?)line["group"]));
        Assert.All(lines, line =>
        {
            Assert.Equal("combined", (string)line["verdict"]!["detector"]!);
            Assert.Equal((bool)line["outside"]!["combined"]!, (bool)line["verdict"]!["outside"]!);
            Assert.All(line["p_values"]!.AsObject(), pair => Assert.InRange((double)pair.Value!, 0.001, 1));
        });

        var inspected = FathomProcess.Run("ood", "inspect", detector, "--json").Succeeded().Json;
        Assert.Equal(fitted["detectors"]!.ToJsonString(), inspected["detectors"]!.ToJsonString());
        Assert.Equal(fitted["calibration"]!.ToJsonString(), inspected["calibration"]!.ToJsonString());
        Assert.Equal((string)fitted["model"]!["fingerprint"]!, (string)inspected["origin"]!["model_fingerprint"]!);
        Assert.Contains("held_out", FathomProcess.Run("ood", "inspect", detector).Succeeded().Out, StringComparison.Ordinal);

        FathomProcess.Run([.. fit, "--threshold", "quantile"]).FailedWith(2, "--group-field", "conformal");
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--group-field", "lang", "--out", detector).FailedWith(1, "sample 0", "'lang'");
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--combine", "cosine", "--out", detector).FailedWith(2, "at least two");
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--detectors", "msp", "--lead", "tv0", "--out", detector).FailedWith(2, "--lead tv0", "msp");
        Assert.Contains("also fitted on", FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--calibration", bench.Near, "--detectors", "msp", "--limit", "9", "--out", _folder["x.fathom"]).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void BlanksDroppedAtTheFitAreDroppedAgain()
    {
        var blank = _folder.Write("blank.jsonl", Bench.Questions(12, i => $"  How many apples has Ann after {i}? "));
        var bare = _folder.Write("bare.jsonl", Bench.Questions(12, i => $"How many apples has Ann after {i}?"));
        FathomProcess.Run("ood", "fit", bench.Model, "--data", blank, "--trim", "--detectors", "cosine,msp", "--out", _folder["t.fathom"]).Succeeded();
        Assert.True((bool)FathomProcess.Run("ood", "inspect", _folder["t.fathom"], "--json").Succeeded().Json["origin"]!["trimmed"]!);
        FathomProcess.Run("ood", "score", _folder["t.fathom"], "--model", bench.Model, "--data", blank, "--out", _folder["a"]).Succeeded();
        FathomProcess.Run("ood", "score", _folder["t.fathom"], "--model", bench.Model, "--data", bare, "--out", _folder["b"]).Succeeded();
        Assert.Equal(File.ReadAllText(_folder["b/samples.jsonl"]), File.ReadAllText(_folder["a/samples.jsonl"]));
    }

    [Fact]
    public void YoudenAsksForOtherData()
    {
        string[] fit = ["ood", "fit", bench.Model, "--data", bench.Near, "--detectors", "msp,cosine", "--limit", "12", "--threshold", "youden", "--out", _folder["y.fathom"], "--json"];
        FathomProcess.Run(fit).FailedWith(2, "--ood");
        var fitted = FathomProcess.Run([.. fit, "--ood", bench.Far]).Succeeded().Json;
        Assert.Equal(12, (int)fitted["calibration"]!["ood"]!["count"]!);
        Assert.All(fitted["detectors"]!.AsArray(), entry => Assert.Equal("youden", (string)entry!["rule"]!));
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--ood", bench.Far, "--out", _folder["y.fathom"]).FailedWith(2, "--threshold youden");
    }

    [Fact]
    public void TheRecommendedDetectorLeadsAndTheChoiceIsSaid()
    {
        var detector = _folder["near.fathom"];
        var fitted = FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--out", detector).Succeeded();
        Assert.Matches(@"verdict: that of \S+, recommended for unlabelled data and a model as it is: .+\(docs/results\.md\)", fitted.Out);
        var scored = FathomProcess.Run("ood", "score", detector, "--model", bench.Model, "--data", bench.Near, "--limit", "4", "--out", _folder["s"]).Succeeded();
        Assert.Contains("of 4 outside", scored.Out, StringComparison.Ordinal);
        var other = _folder["other.fathom"];
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--lead", "tv2", "--out", other).Succeeded();
        FathomProcess.Run("ood", "score", other, "--model", bench.Model, "--data", bench.Near, "--limit", "4", "--out", _folder["t"]).Succeeded();
        Assert.All(Bench.Lines(_folder["t/samples.jsonl"]), line => Assert.Equal("tv2", (string)line["verdict"]!["detector"]!));
    }

    [Fact]
    public void WhatIsFlaggedIsExplained()
    {
        var detector = _folder["near.fathom"];
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--out", detector, "--text-characters", "12").Succeeded();
        string[] score = ["ood", "score", detector, "--model", bench.Model, "--data", bench.Other, "--why", "tokens", "--why-limit", "3", "--drift", "--drift-rate", "0.2"];
        var text = FathomProcess.Run([.. score, "--out", _folder["a"], "--batch-size", "2"]).Succeeded();
        Assert.Contains("tokens at fault", text.Out, StringComparison.Ordinal);
        Assert.Contains("nearest known: 'How many ap", text.Out, StringComparison.Ordinal);
        Assert.Contains("drift: ", text.Out, StringComparison.Ordinal);
        var lines = Bench.Lines(_folder["a/samples.jsonl"]);
        var flagged = lines.Where(line => (bool)line["verdict"]!["outside"]!).ToArray();
        Assert.NotEmpty(flagged);
        Assert.All(lines, line => Assert.Equal((bool)line["verdict"]!["outside"]!, line.ContainsKey("why")));
        var lead = (string)flagged[0]["verdict"]!["detector"]!;
        Assert.All(flagged, line =>
        {
            Assert.NotEmpty(line["why"]!["contributions"]!.AsArray());
            Assert.NotEmpty(line["why"]!["layers"]!["values"]!.AsArray());
            Assert.All(line["why"]!["neighbours"]!.AsArray(), near => Assert.Equal(12, ((string)near!["text"]!).Length));
        });
        var tried = flagged.Where(line => line["why"]!["tokens"] is not null).ToArray();
        Assert.Equal(Math.Min(3, flagged.Length), tried.Length);
        Assert.All(tried, line =>
        {
            // The pieces put together are the text, and each fall is a score's difference.
            var tokens = line["why"]!["tokens"]!.AsArray();
            Assert.Equal((string)line["text"]!, string.Concat(tokens.Select(token => (string)token!["text"]!)));
            Assert.Contains(tokens, token => (double)token!["fall"]! != 0);
        });
        Assert.True(tried.Min(line => (double)line["scores"]![lead]!) >= flagged.Except(tried).Select(line => (double)line["scores"]![lead]!).DefaultIfEmpty(double.MinValue).Max());

        FathomProcess.Run([.. score, "--out", _folder["b"], "--threads", "1"]).Succeeded();
        Assert.Equal(File.ReadAllText(_folder["a/samples.jsonl"]), File.ReadAllText(_folder["b/samples.jsonl"]));
        var drift = JsonNode.Parse(File.ReadAllText(_folder["a/result.json"]))!["drift"]!;
        Assert.True((bool)drift["alarm"]!);
        Assert.True((bool)lines[(int)drift["alarm_index"]!]["drift"]!["alarm"]!);
        Assert.False((bool)lines[(int)drift["alarm_index"]! - 1]["drift"]!["alarm"]!);
        var report = File.ReadAllText(_folder["a/report.html"]);
        Assert.Contains("class=\"adds\"", report, StringComparison.Ordinal);
        Assert.Contains("id=\"drift\"", report, StringComparison.Ordinal);
        Assert.Contains("nearest known", report, StringComparison.Ordinal);

        // A token left out by hand gives the same score.
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--out", _folder["bare.fathom"], "--no-texts", "--detectors", "cosine").Succeeded();
        FathomProcess.Run("ood", "score", _folder["bare.fathom"], "--model", bench.Model, "--data", bench.Other, "--out", _folder["c"]).Succeeded();
        Assert.All(Bench.Lines(_folder["c/samples.jsonl"]).Where(line => line.ContainsKey("why")), line => Assert.Null(line["why"]!["neighbours"]![0]!["text"]));
        FathomProcess.Run("ood", "score", detector, "--model", bench.Model, "--data", bench.Other, "--why-limit", "3", "--out", _folder["d"]).FailedWith(2, "--why tokens");
        FathomProcess.Run("ood", "score", detector, "--model", bench.Model, "--data", bench.Other, "--drift-rate", "0.1", "--out", _folder["d"]).FailedWith(2, "--drift");
    }

    [Fact]
    public void ADetectorOfAnotherModelIsRefused()
    {
        var detector = _folder["near.fathom"];
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--out", detector, "--limit", "12", "--quiet").Succeeded();
        FathomProcess.Run("ood", "score", detector, "--model", bench.OtherModel, "--data", bench.Far, "--out", _folder["scores"]).FailedWith(1, "model");
    }

    [Fact]
    public void ABrokenDetectorFileIsRefused()
    {
        var detector = _folder["near.fathom"];
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--out", detector, "--limit", "12", "--quiet").Succeeded();
        var bytes = File.ReadAllBytes(detector);
        var cut = _folder.Write("cut.fathom", bytes[..(bytes.Length / 2)]);
        FathomProcess.Run("ood", "score", cut, "--model", bench.Model, "--data", bench.Far, "--out", _folder["a"]).FailedWith(1, "cut.fathom");
        bytes[bytes.Length / 2] ^= 0x10;
        var flipped = _folder.Write("flipped.fathom", bytes);
        FathomProcess.Run("ood", "score", flipped, "--model", bench.Model, "--data", bench.Far, "--out", _folder["b"]).FailedWith(1, "flipped.fathom");
    }

    [Fact]
    public void TheTemplateIsExactlyThePrompt()
    {
        var data = _folder.Write("one.jsonl", Bench.Questions(1, _ => "2 + 3"));
        var plain = Prompt(data, "{question}");
        var wrapped = Prompt(data, "Q: {question}\\nA:");
        Assert.Equal(plain + 6, wrapped);
        Assert.Equal(plain, Prompt(data, "{text}"));
    }

    [Fact]
    public void WhatTheFitCannotDoIsSaidBeforeTheModelRuns()
    {
        var detector = _folder["early.fathom"];
        var one = _folder.Write("one.jsonl", "{\"question\":\"How many?\"}\n");
        FathomProcess.Run("ood", "fit", bench.Model, "--data", one, "--out", detector).FailedWith(1, "1 samples cannot be split");
        FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--detectors", "mahalanobis", "--out", detector).FailedWith(1, "--label-field");
        Assert.False(Directory.Exists(detector + ".traces"), "samples went through the model in vain");

        // What was mended is fitted at once, and only a detector that is fitted leads.
        var fitted = FathomProcess.Run("ood", "fit", bench.Model, "--data", bench.Near, "--detectors", "tv0,cosine", "--out", detector, "--json").Succeeded().Json;
        Assert.Equal("cosine", (string)fitted["lead"]!["detector"]!);
        Assert.StartsWith("of those named", (string)fitted["lead"]!["reason"]!, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static double Threshold(JsonObject fitted, string detector) =>
        (double)fitted["detectors"]!.AsArray().Single(entry => (string)entry!["detector"]! == detector)!["threshold"]!;

    private int Prompt(string data, string template)
    {
        var result = FathomProcess.Run("trace", bench.Model, "--data", data, "--template", template, "--out", _folder[$"t{template.Length}"], "--json").Succeeded().Json;
        return (int)result["throughput"]!["prompt_tokens"]!;
    }
}
