using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Insight.Detection;
using Fathom.Insight.Metrics;
using Fathom.Models;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Parity.Tests.Methods;

/// <summary>authors/llm-ood <c>end_to_end</c>: the tiny Llama through tracer, detectors and metrics.</summary>
public sealed class LlmOodEndToEndTests
{
    private static readonly JsonNode Authors = Golden.Json("llm-ood.json");
    private static readonly int[] ClassTokens = [20, 33, 71];
    private static readonly Dictionary<string, Trace[]> Traces = Run();

    [Theory]
    [InlineData("last", Pooling.PromptLast)]
    [InlineData("avg", Pooling.SentenceMean)]
    public void Causal(string embedding, Pooling pooling)
    {
        var expected = Authors["end_to_end"]!["causal_" + embedding]!;
        var set = Fit(pooling, "softmax,energy");
        Dictionary<string, string> names = new() { ["cosine"] = "cosine", ["maha"] = "mahalanobis", ["energy"] = "energy", ["softmax"] = "softmax" };
        var scores = names.Keys.ToDictionary(key => key, key => new[] { "id_test", "ood" }.ToDictionary(part => part, part => Traces[part].Select(trace => -set[names[key]].Score(trace)).ToArray()));
        Compare(expected, scores, embedding);

        using var file = Golden.Tensors("llm-ood.safetensors");
        var bank = Golden.Doubles(file, $"causal.{embedding}.bank");
        var order = Golden.Numbers(expected["bank_label_order"]);

        // Their bank: last batch first, inside a batch in order.
        int[] rows = [.. Enumerable.Range(0, 6).Reverse().SelectMany(batch => Enumerable.Range(batch * 5, 5))];
        for (var i = 0; i < rows.Length; i++)
        {
            var trace = Traces["bank"][rows[i]];
            Assert.Equal(order[i], double.Parse(trace.Label!));
            Golden.Near(bank[(i * 16)..((i + 1) * 16)], [.. trace.States[pooling][2].ToArray().Select(value => (double)value)], 1e-5, $"bank {i}");
        }
    }

    [Fact]
    public void ClassifierOnTheAverage()
    {
        // A linear head on the pooled embedding; the average runs over all tokens.
        var expected = Authors["end_to_end"]!["classifier_avg"]!;
        var head = Head();
        var set = Fit(Pooling.PromptMean, "");
        double[] Logits(Trace trace) => HeadLogits(head, trace, Pooling.PromptMean);
        Dictionary<string, Func<Trace, double>> detectors = new()
        {
            ["cosine"] = trace => -set["cosine"].Score(trace),
            ["maha"] = trace => -set["mahalanobis"].Score(trace),
            ["energy"] = trace => ClassLogits.Energy(Logits(trace)),
            ["softmax"] = trace => ClassLogits.SoftmaxOverClasses(Logits(trace)),
        };
        Compare(expected, detectors.ToDictionary(pair => pair.Key, pair => new[] { "id_test", "ood" }.ToDictionary(part => part, part => Traces[part].Select(pair.Value).ToArray())), "classifier");
    }

    [Fact]
    public void ClassifierOnTheLastToken()
    {
        // The released code takes the wrong position of every row that is padded: rows as long as their batch of five, rounded up
        // to a multiple of eight, show the right one.
        var expected = Authors["end_to_end"]!["classifier_last"]!;
        var head = Head();
        var compared = 0;
        foreach (var part in new[] { "id_test", "ood" })
        {
            for (var i = 0; i < Traces[part].Length; i++)
            {
                var longest = Traces[part].Skip(i / 5 * 5).Take(5).Max(trace => trace.PromptTokens.Length);
                if (Traces[part][i].PromptTokens.Length < (longest + 7) / 8 * 8) continue;
                var logits = HeadLogits(head, Traces[part][i], Pooling.PromptLast);
                Golden.Near(Golden.Number(expected["scores"]![part]!["energy"]![i]), ClassLogits.Energy(logits), 1e-5, $"{part} {i}");
                Golden.Near(Golden.Number(expected["scores"]![part]!["softmax"]![i]), ClassLogits.SoftmaxOverClasses(logits), 1e-5, $"{part} {i}");
                compared++;
            }
        }

        Assert.True(compared >= 2);
    }

    [Fact]
    public void ASavedClassifierOnTheAverage()
    {
        // The same through a model folder with a class head, the tracer and the detectors as users name them.
        var folder = Directory.CreateTempSubdirectory("fathom-classifier-").FullName;
        try
        {
            var expected = Authors["end_to_end"]!["classifier_avg"]!;
            var traces = Run(WriteClassifier(folder), new TracerOptions { Poolings = [Pooling.PromptMean] });
            var origin = new TraceOrigin { ModelFingerprint = "tiny", Layers = 2, Width = 16, ClassTokens = "0,1,2" };
            var set = DetectorFitter.Fit([new CosineDetector(Pooling.PromptMean), new MahalanobisDetector(CovarianceRule.Pinv, Pooling.PromptMean), .. DetectorRegistry.Parse("softmax,energy")], origin, traces["bank"]);
            Dictionary<string, string> names = new() { ["cosine"] = "cosine", ["maha"] = "mahalanobis", ["energy"] = "energy", ["softmax"] = "softmax" };
            Compare(expected, names.ToDictionary(pair => pair.Key, pair => new[] { "id_test", "ood" }.ToDictionary(part => part, part => traces[part].Select(trace => -set[pair.Value].Score(trace)).ToArray())), "classifier");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string WriteClassifier(string folder)
    {
        var source = Path.GetDirectoryName(SharedFolder.Golden("insight/llm-ood-model/config.json"))!;
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!;
        config["architectures"] = new JsonArray("LlamaForSequenceClassification");
        config["id2label"] = new JsonObject { ["0"] = "a", ["1"] = "b", ["2"] = "c" };
        config["classifier_pooling"] = "mean";
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        using var weights = SafetensorsFile.Open(Path.Combine(source, "model.safetensors"));
        var bundle = new TensorBundle();
        foreach (var name in weights.Names.Where(name => name != "lm_head.weight")) bundle.Add(name, Floats(weights, name), [.. weights.GetTensor(name).Shape.Select(size => (int)size)]);
        bundle.Add("score.weight", [.. Head().Select(value => (float)value)], 3, 16);
        SafetensorsWriter.Save(Path.Combine(folder, "model.safetensors"), bundle);
        return folder;
    }

    private static unsafe float[] Floats(SafetensorsFile file, string name)
    {
        var tensor = file.GetTensor(name);
        var values = new float[tensor.ElementCount];
        BlockDecoder.Decode(tensor.Type, new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength), values);
        return values;
    }

    private static double[] Head()
    {
        using var file = Golden.Tensors("llm-ood.safetensors");
        return Golden.Doubles(file, "classifier.score.weight");
    }

    private static double[] HeadLogits(double[] head, Trace trace, Pooling pooling) =>
        [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, 16).Sum(j => head[c * 16 + j] * trace.States[pooling][2][j]))];

    private static void Compare(JsonNode expected, Dictionary<string, Dictionary<string, double[]>> scores, string embedding)
    {
        foreach (var (key, parts) in scores)
        {
            foreach (var (part, actual) in parts)
            {
                var wanted = Golden.Numbers(expected["scores"]![part]![key]);
                for (var i = 0; i < wanted.Length; i++)
                {
                    // Covariance over 30 rows of 16 dimensions magnifies the noise of fp32 states.
                    Golden.Near(wanted[i], actual[i], key == "maha" ? 1e-3 : key == "softmax" ? 1e-4 : 1e-5, $"{embedding} {key} {part} {i}");
                }
            }

            var table = ScoreTable.Create(parts["id_test"], parts["ood"]);
            Golden.Near(Golden.Number(expected["metrics"]![$"t_{key}_auroc_IN"]), table.Auroc(), 1e-12, key);
            Golden.Near(Golden.Number(expected["metrics"]![$"t_{key}_aupr_IN"]), table.AveragePrecision(), 1e-12, key);
            Golden.Near(Golden.Number(expected["metrics"]![$"t_{key}_fpr95_IN"]), table.FalsePositiveRate(0.95, RecallConvention.NearestRecall), 1e-12, key);
        }
    }

    private static FittedDetectorSet Fit(Pooling pooling, string others)
    {
        var origin = new TraceOrigin { ModelFingerprint = "tiny", Layers = 2, Width = 16, ClassTokens = string.Join(',', ClassTokens) };
        DetectorDefinition[] definitions = [new CosineDetector(pooling), new MahalanobisDetector(CovarianceRule.Pinv, pooling), .. others.Length == 0 ? [] : DetectorRegistry.Parse(others)];
        return DetectorFitter.Fit(definitions, origin, Traces["bank"]);
    }

    private static Dictionary<string, Trace[]> Run() => Run(
        Path.GetDirectoryName(SharedFolder.Golden("insight/llm-ood-model/config.json"))!,
        new TracerOptions { Poolings = [Pooling.PromptLast, Pooling.PromptMean, Pooling.SentenceMean], ClassTokens = ClassTokens, MaxNewTokens = 1 });

    private static Dictionary<string, Trace[]> Run(string folder, TracerOptions options)
    {
        using var model = LanguageModel.Load(folder);
        return new[] { "bank", "id_test", "ood" }.ToDictionary(part => part, part => new Tracer(model, options).Run(Authors["sequences"]![part]!.AsArray().Select((row, i) => new TraceInput
        {
            Index = i,
            Text = "",
            Label = ((int)row!["label"]!).ToString(),
            PromptTokens = [.. Golden.Numbers(row["ids"]).Select(id => (int)id)],
            SuffixTokens = 7,
        })).ToArray());
    }
}
