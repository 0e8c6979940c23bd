using System.Runtime.InteropServices;
using System.Text;
using Fathom.Formats;
using Fathom.Models.Architectures;

namespace Fathom.Models.Tests;

/// <summary>Writes a tiny Llama as a GGUF v3 file of F32 tensors, its query and key rows in llama.cpp's order.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    public static void WriteLlama(string path, LanguageModel model, string weightsPath, params (string Key, object Value)[] more)
    {
        var config = model.Config;
        var metadata = new List<(string Key, object Value)>
        {
            ("general.architecture", "llama"), ("llama.block_count", (uint)config.Layers), ("llama.context_length", (uint)config.ContextLength),
            ("llama.embedding_length", (uint)config.Width), ("llama.feed_forward_length", (uint)config.FeedForwardWidth),
            ("llama.attention.head_count", (uint)config.Heads), ("llama.attention.head_count_kv", (uint)config.KeyValueHeads),
            ("llama.attention.key_length", (uint)config.HeadDim), ("llama.attention.value_length", (uint)config.HeadDim),
            ("llama.attention.layer_norm_rms_epsilon", config.NormEpsilon), ("llama.rope.freq_base", (float)config.Rope.Theta),
            ("llama.rope.dimension_count", (uint)config.HeadDim), ("llama.vocab_size", (uint)config.Vocabulary), ("tokenizer.ggml.eos_token_id", 2u),
        };
        metadata.AddRange(more);
        using var weights = SafetensorsFile.Open(weightsPath);
        using var stream = File.Create(path);
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)weights.Names.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, value) in metadata) WriteValue(writer, key, value);
        var tensors = weights.Names.Select(name => (Name: GgufTensorNames.Of(name), weights.GetTensor(name).Shape, Values: Values(weights, name, config))).ToArray();
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

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    private static float[] Values(SafetensorsFile weights, string name, DecoderConfig config)
    {
        var tensor = weights.GetTensor(name);
        var values = new float[tensor.ElementCount];
        WeightValues.Decode(tensor, values);
        var rotary = name.Contains("q_proj", StringComparison.Ordinal) || name.Contains("k_proj", StringComparison.Ordinal);
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
