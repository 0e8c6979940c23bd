using System.Text.Json.Nodes;

namespace Fathom.Models.Verification;

/// <summary>
/// Compares a model with reference values kept per prompt: a JSON file beside the safetensors file (same name) lists the prompts'
/// ids, greedy tokens and texts with their likelihoods; the tensors are <c>full.I.hidden_states</c>, <c>full.I.logits_last</c>,
/// <c>pooled_mean</c>, <c>pooled_last</c> and <c>nll.I</c>.
/// </summary>
internal sealed class PromptReference(LanguageModel model, ReferenceTolerance tolerance, GoldenFile file, JsonObject prompts)
{
    private readonly List<TensorComparison> _compared = [];
    private readonly List<(string, string)> _left = [];

    /// <summary>The JSON file beside a safetensors file, where it is one of prompts; else null.</summary>
    public static JsonObject? Beside(string goldenPath)
    {
        var path = Path.ChangeExtension(goldenPath, ".json");
        try
        {
            return File.Exists(path) && JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject json && json["prompts"] is JsonArray ? json : null;
        }
        catch (System.Text.Json.JsonException failure)
        {
            throw new FathomException($"{path}: is not JSON ({failure.Message.ReplaceLineEndings(" ")}); it should describe the prompts of {goldenPath}", failure);
        }
    }

    /// <summary>Compares everything there is.</summary>
    /// <exception cref="FathomException">A tensor's shape is not the model's, or the JSON lacks what it should hold.</exception>
    public ReferenceReport Verify()
    {
        try
        {
            CompareStates();
            CompareGreedy();
            CompareLikelihoods();
        }
        catch (Exception failure) when (failure is NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new FathomException($"{Path.ChangeExtension(file.Location, ".json")}: does not hold prompts, greedy tokens and likelihoods as expected", failure);
        }

        var done = _compared.Select(tensor => tensor.Name).ToHashSet();
        foreach (var name in file.Names.Where(name => name.StartsWith("train.", StringComparison.Ordinal) && name != "train.input_ids")) _left.Add((name, "training was not compared"));
        return new ReferenceReport { Tensors = [.. _compared], NotCompared = [.. _left.Where(left => !done.Contains(left.Item1))] };
    }

    private static int[] Ids(JsonNode? node) => [.. node!.AsArray().Select(id => (int)id!)];

    private void CompareStates()
    {
        var (entries, width) = (model.Config.Entries, model.Config.Width);
        var all = prompts["prompts"]!.AsArray();
        var states = Enumerable.Range(0, entries).Select(_ => new Difference()).ToArray();
        var (logits, last, mean) = (new Difference(), new Difference(), new Difference());
        var pooledLast = file.Has("pooled_last") ? file.Floats("pooled_last", all.Count, entries, width) : null;
        var pooledMean = file.Has("pooled_mean") ? file.Floats("pooled_mean", all.Count, entries, width) : null;
        for (var prompt = 0; prompt < all.Count; prompt++)
        {
            var ids = Ids(all[prompt]!["ids"]);
            var ours = model.GetHiddenStates(ids, LogitPositions.Last);
            var full = file.Has($"full.{prompt}.hidden_states") ? file.Floats($"full.{prompt}.hidden_states", entries, ids.Length, width) : null;
            if (file.Has($"full.{prompt}.logits_last")) logits.Add(ours.Logits, file.Floats($"full.{prompt}.logits_last", model.Config.Vocabulary));
            for (var entry = 0; entry < entries; entry++)
            {
                if (full is not null) states[entry].Add(ours.Entries[entry], full.AsSpan(entry * ids.Length * width, ids.Length * width));
                var place = ((prompt * entries) + entry) * width;
                if (pooledLast is not null) last.Add(ours.Entries[entry].AsSpan((ids.Length - 1) * width, width), pooledLast.AsSpan(place, width));
                if (pooledMean is not null) mean.Add(Mean(ours.Entries[entry], ids.Length, width), pooledMean.AsSpan(place, width));
            }
        }

        for (var entry = 0; entry < entries; entry++) Judge($"hidden_states.{entry}", states[entry], tolerance.States);
        Judge("logits", logits, tolerance.Logits, tolerance.LogitsAbsolute);
        if (pooledLast is not null) Judge("pooled_last", last, tolerance.States);
        if (pooledMean is not null) Judge("pooled_mean", mean, tolerance.States);
    }

    private void CompareGreedy()
    {
        var all = prompts["prompts"]!.AsArray();
        foreach (var (greedy, i) in (prompts["greedy"]?.AsArray() ?? []).Select((greedy, i) => (greedy!, i)))
        {
            var prompt = Ids(all[(int)greedy["prompt"]!]!["ids"]);
            var steps = greedy["tokens"]!.AsArray();
            int[] tokens = [.. prompt, .. steps.Select(step => (int)step!["id"]!)];
            var wrong = GreedyCheck.Differing(model, tokens, prompt.Length, wholePasses: false, tolerance.GreedyMargin);
            _compared.Add(new TensorComparison($"greedy.{i}.tokens", wrong, (double)wrong / steps.Count, wrong == 0));
            var difference = new Difference();
            difference.Add(Narrow(model.GetLogProbabilities(tokens).AsSpan(prompt.Length - 1)), Narrow([.. steps.Select(step => (double)step!["logprob"]!)]));
            Judge($"greedy.{i}.log_probabilities", difference, 0, tolerance.LogitsAbsolute);
        }
    }

    private void CompareLikelihoods()
    {
        foreach (var (text, i) in (prompts["perplexity"]?.AsArray() ?? []).Select((text, i) => (text!, i)))
        {
            var ids = Ids(text["ids"]);
            if (!file.Has($"nll.{i}")) continue;
            var difference = new Difference();
            difference.Add(Narrow([.. model.GetLogProbabilities(ids).Select(value => -value)]), file.Floats($"nll.{i}", ids.Length - 1));
            Judge($"nll.{i}", difference, 0, tolerance.LogitsAbsolute);
        }
    }

    private static float[] Narrow(ReadOnlySpan<double> values)
    {
        var narrowed = new float[values.Length];
        for (var i = 0; i < narrowed.Length; i++) narrowed[i] = (float)values[i];
        return narrowed;
    }

    private static float[] Mean(float[] states, int rows, int width)
    {
        var mean = new float[width];
        for (var column = 0; column < width; column++)
        {
            double sum = 0;
            for (var row = 0; row < rows; row++) sum += states[(row * width) + column];
            mean[column] = (float)(sum / rows);
        }

        return mean;
    }

    private void Judge(string name, Difference difference, double relative, double absolute = 0) =>
        _compared.Add(new TensorComparison(name, difference.MaxAbs, difference.MaxRel, difference.MaxRel <= relative || difference.MaxAbs <= absolute));
}
