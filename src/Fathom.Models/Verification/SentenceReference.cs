using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Sentences;

namespace Fathom.Models.Verification;

/// <summary>
/// Reference values kept a sentence: a JSON list beside the safetensors file (same name) gives each sentence's text and token ids; the
/// tensors are <c>I.embedding</c>, <c>I.hidden_states</c> <c>[entries, tokens, width]</c> and <c>cosine</c>.
/// </summary>
internal sealed class SentenceReference(TextEncoder encoder, ReferenceJudge judge, GoldenFile file)
{
    /// <summary>The list beside a safetensors file, or null.</summary>
    /// <exception cref="FathomException">It is there but cannot be read.</exception>
    public static JsonArray? Beside(string goldenPath)
    {
        var path = Path.ChangeExtension(goldenPath, ".json");
        if (!File.Exists(path)) return null;
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) as JsonArray;
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    /// <summary>Compares every sentence; the ids are the tokenizer's where the model has one, and must be those of the list.</summary>
    public void Compare(JsonArray sentences)
    {
        var modules = SentenceModules.Read(encoder.Location);
        var width = encoder.Config.Width;
        var pooling = modules.Poolings.Count == 1 ? modules.Poolings[0] : throw new FathomException($"{encoder.Location}: has no modules.json with one way of pooling, so it gives no sentence embeddings to compare");
        var vectors = new List<float[]>();
        for (var i = 0; i < sentences.Count; i++)
        {
            var ids = Ids(sentences[i], i);
            var output = encoder.Encode(new EncoderInput(ids), EncoderParts.AllStates | EncoderParts.LastStates);
            if (file.Has($"{i}.hidden_states"))
            {
                var states = new Difference();
                var reference = file.Floats($"{i}.hidden_states", encoder.Config.Entries, ids.Length, width);
                for (var entry = 0; entry < encoder.Config.Entries; entry++) states.Add(output.Entries[entry], reference.AsSpan(entry * ids.Length * width, ids.Length * width));
                judge.States($"{i}.hidden_states", states);
            }

            var vector = new float[width];
            SentencePooler.Pool(pooling, output.LastStates, width, vector);
            if (modules.Normalize) SentencePooler.Normalize(vector);
            vectors.Add(vector);
            if (!file.Has($"{i}.embedding")) continue;
            var difference = new Difference();
            difference.Add(vector, file.Floats($"{i}.embedding", width));
            judge.States($"{i}.embedding", difference);
        }

        if (file.Has("cosine")) CompareCosines(file, "cosine", [.. vectors], judge);
    }

    /// <summary>Compares the products of every two unit vectors.</summary>
    public static void CompareCosines(GoldenFile file, string name, float[][] vectors, ReferenceJudge judge)
    {
        var ours = new float[vectors.Length * vectors.Length];
        for (var a = 0; a < vectors.Length; a++)
        {
            for (var b = 0; b < vectors.Length; b++)
            {
                var (product, left, right) = (0.0, 0.0, 0.0);
                for (var i = 0; i < vectors[a].Length; i++)
                {
                    product += (double)vectors[a][i] * vectors[b][i];
                    left += (double)vectors[a][i] * vectors[a][i];
                    right += (double)vectors[b][i] * vectors[b][i];
                }

                ours[a * vectors.Length + b] = (float)(product / Math.Sqrt(left * right));
            }
        }

        var difference = new Difference();
        difference.Add(ours, file.Floats(name, vectors.Length, vectors.Length));
        judge.States(name, difference);
    }

    private int[] Ids(JsonNode? sentence, int index)
    {
        var ids = (sentence?["ids"] as JsonArray)?.Select(id => id is JsonValue value && value.TryGetValue(out int number) ? number : -1).ToArray();
        if (ids is null || ids.Contains(-1)) throw new FathomException($"{Path.ChangeExtension(file.Location, ".json")}: sentence {index} has no list of token ids");
        if (!encoder.HasTokenizer || sentence!["text"] is not JsonValue text) return ids;
        var own = encoder.Tokenizer.Encode(text.GetValue<string>());
        judge.Equal($"{index}.ids", own.Length == ids.Length ? own : [.. Enumerable.Repeat(-1, ids.Length)], ids);
        return ids;
    }
}
