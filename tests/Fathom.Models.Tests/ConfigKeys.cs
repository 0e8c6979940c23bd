using System.Text.Json.Nodes;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.TextToText;

namespace Fathom.Models.Tests;

/// <summary>What becomes of a model when one key of its configuration is another: its numbers, or why it is refused.</summary>
internal static class ConfigKeys
{
    private static readonly int[] Tokens = [5, 9, 3, 61, 17, 88, 2, 40, 40, 7, 71, 12, 33, 6, 90, 21, 54, 18];

    /// <summary>Runs a folder with keys changed (JSON; null values take a key out) in <c>config.hub.json</c>, or else <c>config.json</c>.</summary>
    public static float[] Run(string folder, params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        using var changed = new TemporaryFolder();
        var source = File.Exists(Path.Combine(folder, "config.hub.json")) ? "config.hub.json" : "config.json";
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, source)))!.AsObject();
        foreach (var (key, value) in changes)
        {
            if (value is null) root.Remove(key);
            else root[key] = JsonNode.Parse(value);
        }

        File.WriteAllText(changed.Sub("config.json"), root.ToJsonString());
        File.Copy(Path.Combine(folder, "model.safetensors"), changed.Sub("model.safetensors"));
        return Run(changed.Root);
    }

    private static float[] Run(string folder)
    {
        var options = new LoadOptions { Threads = 1 };
        if (TextToTextModel.CanLoad(folder))
        {
            using var both = TextToTextModel.Load(folder, options);
            return both.GetStates(Tokens, Tokens.AsMemory(0, 6)).Logits;
        }

        if (TextEncoder.CanLoad(folder))
        {
            using var encoder = TextEncoder.Load(folder, options);
            var output = encoder.Encode(new EncoderInput(Tokens), encoder.Config.Labels.Count > 0 ? EncoderParts.LastStates | EncoderParts.Logits : EncoderParts.LastStates);
            return [.. output.LastStates, .. output.Logits ?? []];
        }

        using var model = LanguageModel.Load(folder, options);
        return model.GetHiddenStates(Tokens, LogitPositions.All).Logits;
    }
}
