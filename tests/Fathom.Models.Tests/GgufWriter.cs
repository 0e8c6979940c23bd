using System.Runtime.InteropServices;
using System.Text;
using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Tests;

/// <summary>Writes a tiny model as a GGUF v3 file of F32 tensors, as llama.cpp's converter does.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    public static void WriteLlama(string path, LanguageModel model, string weightsPath, params (string Key, object Value)[] more) =>
        Write(path, "llama", model, weightsPath, woven: true, more);

    /// <summary>Any family, its tensors as llama.cpp's converter leaves them: named its way, matrices turned, experts together, the one of Gemma's norms added.</summary>
    public static void Write(string path, string architecture, LanguageModel model, string weightsPath, bool woven, params (string Key, object Value)[] more)
    {
        var config = model.Config;
        string Key(string key) => $"{architecture}.{key}";
        var metadata = new List<(string Key, object Value)>
        {
            ("general.architecture", architecture), (Key("block_count"), (uint)config.Layers), (Key("context_length"), (uint)config.Rope.MaxPositions),
            (Key("embedding_length"), (uint)config.Width), (Key("feed_forward_length"), (uint)config.FeedForwardWidth),
            (Key("attention.head_count"), (uint)config.Heads), (Key("attention.head_count_kv"), (uint)config.KeyValueHeads),
            (Key("attention.key_length"), (uint)config.HeadDim), (Key("attention.value_length"), (uint)config.HeadDim),
            (Key(config.Norm == NormKind.Rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon"), config.NormEpsilon),
            (Key("vocab_size"), (uint)config.Vocabulary), ("tokenizer.ggml.eos_token_id", 2u),
        };
        if (config.Positions == PositionKind.Rotary) metadata.AddRange([(Key("rope.freq_base"), (float)config.Rope.Theta), (Key("rope.dimension_count"), (uint)config.Rope.RotaryDim)]);
        metadata.AddRange(more);
        using var weights = SafetensorsFile.Open(weightsPath);
        using var stream = File.Create(path);
        using var writer = new BinaryWriter(stream);
        var tensors = Tensors(weights, config, woven);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, value) in metadata) WriteValue(writer, key, value);
        ulong offset = 0;
        foreach (var (name, shape, values) in tensors)
        {
            WriteText(writer, name);
            writer.Write((uint)shape.Length);
            foreach (var dimension in shape.Reverse()) writer.Write((ulong)dimension);
            writer.Write(0u);
            writer.Write(offset);
            offset += (ulong)Aligned(values.Length * sizeof(float));
        }

        foreach (var (_, _, values) in tensors)
        {
            writer.Write(new byte[Aligned(stream.Position) - stream.Position]);
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        writer.Write(new byte[Aligned(stream.Position) - stream.Position]);
    }

    private static List<(string Name, long[] Shape, float[] Values)> Tensors(SafetensorsFile weights, DecoderConfig config, bool woven)
    {
        var transposed = ParameterShapes.Transposed(config);
        var all = new OrderedDictionary<string, (List<(int Expert, float[] Values)> Parts, long[] Shape)>(StringComparer.Ordinal);
        foreach (var name in weights.Names)
        {
            var values = Values(weights, name, config, woven);
            long[] shape = [.. weights.GetTensor(name).Shape];
            if (transposed.Contains(name)) (values, shape) = (Turned(values, (int)shape[0], (int)shape[1]), [shape[1], shape[0]]);
            if (config.NormAddsOne && shape.Length == 1) values = [.. values.Select(value => value + 1)];
            if (name.Contains(".query_key_value.", StringComparison.Ordinal)) values = Stacked(values, config);
            var inFile = GgufTensorNames.Of(config.Names, name);
            if (!all.ContainsKey(inFile)) all.Add(inFile, ([], shape));
            all[inFile].Parts.Add((GgufTensorNames.PartOf(config.Names, name) ?? -1, values));
        }

        return [.. all.Select(pair => (pair.Key, pair.Value.Parts[0].Expert < 0 ? pair.Value.Shape : [pair.Value.Parts.Count, .. pair.Value.Shape], pair.Value.Parts.OrderBy(part => part.Expert).SelectMany(part => part.Values).ToArray()))];
    }

    // The rows of [head][q, k, v] as [q, k, v][head].
    private static float[] Stacked(float[] values, DecoderConfig config)
    {
        var width = values.Length / (3 * config.Heads * config.HeadDim);
        int[] rows = [.. Enumerable.Range(0, 3).SelectMany(kind => FusedRows.Of(FusedLayout.Grouped, config.Heads, config.Heads, config.HeadDim, kind * config.Heads, config.Heads))];
        return [.. rows.SelectMany(row => values[(row * width)..((row + 1) * width)])];
    }

    private static float[] Turned(float[] values, int rows, int columns) => [.. Enumerable.Range(0, values.Length).Select(at => values[at % rows * columns + at / rows])];

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    private static float[] Values(SafetensorsFile weights, string name, DecoderConfig config, bool woven)
    {
        var tensor = weights.GetTensor(name);
        var values = new float[tensor.ElementCount];
        WeightValues.Decode(tensor, values);
        var rotary = woven && (name.Contains("q_proj", StringComparison.Ordinal) || name.Contains("k_proj", StringComparison.Ordinal));
        if (!rotary) return values;
        var width = values.Length / (int)tensor.Shape[0];
        var half = config.HeadDim / 2;
        var result = new float[values.Length];
        for (var row = 0; row < tensor.Shape[0]; row++)
        {
            var (head, within) = (row / config.HeadDim, row % config.HeadDim);
            var stored = head * config.HeadDim + (within < half ? 2 * within : 2 * (within - half) + 1);
            values.AsSpan(row * width, width).CopyTo(result.AsSpan(stored * width));
        }

        return result;
    }

    private static void WriteValue(BinaryWriter writer, string key, object value)
    {
        WriteText(writer, key);
        switch (value)
        {
            case uint number:
                writer.Write(4u);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7u);
                writer.Write(flag);
                break;
            case float number:
                writer.Write(6u);
                writer.Write(number);
                break;
            default:
                writer.Write(8u);
                WriteText(writer, (string)value);
                break;
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
