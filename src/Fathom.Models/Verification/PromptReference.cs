using System.Text.Json.Nodes;

namespace Fathom.Models.Verification;

/// <summary>
/// Compares a model with reference values kept per prompt: a JSON file beside the safetensors file (same name) lists the prompts'
/// ids, greedy tokens and texts with their likelihoods; the tensors are <c>full.I.hidden_states</c>, <c>full.I.logits_last</c>,
/// <c>pooled_mean</c>, <c>pooled_last</c> and <c>nll.I</c>.
/// </summary>
internal sealed class PromptReference(LanguageModel model, ReferenceTolerance tolerance, GoldenFile file, JsonObject prompts)
{
    private readonly ReferenceJudge _judge = new(tolerance);

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
        catch (Exception failure) when (failure is NullReferenceException or InvalidOperationException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new FathomException($"{Path.ChangeExtension(file.Location, ".json")}: does not hold prompts, greedy tokens and likelihoods as expected", failure);
        }

        _judge.Used("train.input_ids");
        return _judge.Close(file);
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
        var top = TopLogits.Read(file, all.Count, model.Config.Vocabulary, tolerance.GreedyMargin);
        for (var prompt = 0; prompt < all.Count; prompt++)
        {
            var ids = Ids(all[prompt]!["ids"]);
            var ours = model.GetHiddenStates(ids, LogitPositions.Last);
            var full = file.Has($"full.{prompt}.hidden_states") ? file.Floats($"full.{prompt}.hidden_states", entries, ids.Length, width) : null;
            _judge.Used($"full.{prompt}.hidden_states", $"full.{prompt}.logits_last");
            top?.Add(prompt, ours.Logits);
            if (file.Has($"full.{prompt}.logits_last")) logits.Add(ours.Logits, file.Floats($"full.{prompt}.logits_last", model.Config.Vocabulary));
            for (var entry = 0; entry < entries; entry++)
            {
                if (full is not null) states[entry].Add(ours.Entries[entry], full.AsSpan(entry * ids.Length * width, ids.Length * width));
                var place = ((prompt * entries) + entry) * width;
                if (pooledLast is not null) last.Add(ours.Entries[entry].AsSpan((ids.Length - 1) * width, width), pooledLast.AsSpan(place, width));
                if (pooledMean is not null) mean.Add(Mean(ours.Entries[entry], ids.Length, width), pooledMean.AsSpan(place, width));
            }
        }

        for (var entry = 0; entry < entries; entry++)
        {
            if (states[entry].Any) _judge.States($"hidden_states.{entry}", states[entry]);
        }

        if (logits.Any) _judge.Logits("logits", logits);
        top?.Judge(_judge);
        if (pooledLast is not null) _judge.States("pooled_last", last);
        if (pooledMean is not null) _judge.States("pooled_mean", mean);
    }

    private void CompareGreedy()
    {
        var all = prompts["prompts"]!.AsArray();
        foreach (var (greedy, i) in (prompts["greedy"]?.AsArray() ?? []).Select((greedy, i) => (greedy!, i)))
        {
            var prompt = Ids(all[(int)greedy["prompt"]!]!["ids"]);
            var steps = greedy["tokens"]!.AsArray();
            int[] tokens = [.. prompt, .. steps.Select(step => (int)step!["id"]!)];
            var followed = GreedyCheck.Follow(model, tokens, prompt.Length, wholePasses: false, tolerance.GreedyMargin);
            _judge.Tokens($"greedy.{i}.tokens", followed.Wrong, steps.Count);
            Compare($"greedy.{i}.log_probabilities", "logprob", followed.LogProbabilities);
            Compare($"greedy.{i}.entropies", "entropy", followed.Entropies);
            Compare($"greedy.{i}.max_probabilities", "max_probability", followed.MaxProbabilities);

            void Compare(string name, string key, float[] ours)
            {
                if (!steps.All(step => step!.AsObject().ContainsKey(key))) return;
                var difference = new Difference();
                difference.Add(ours, Narrow([.. steps.Select(step => (double)step![key]!)]));
                _judge.Within(name, difference, 0, tolerance.LogitsAbsolute);
            }
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
            _judge.Within($"nll.{i}", difference, 0, tolerance.LogitsAbsolute);
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
}
