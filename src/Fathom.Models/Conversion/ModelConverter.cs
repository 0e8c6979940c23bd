using Fathom.Models.Running;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>
/// Writes a model in another form: a folder with safetensors (from PyTorch's files, from other safetensors, from GGUF) or a GGUF file
/// that llama.cpp runs. Tensors are streamed: memory does not grow with the model. The output appears when it is whole.
/// </summary>
public static class ModelConverter
{
    /// <summary>Converts.</summary>
    /// <param name="model">A folder in Hugging Face layout, a <c>.gguf</c> file, or a folder with exactly one.</param>
    /// <param name="output">A <c>.gguf</c> file, or a folder that does not exist yet or is empty.</param>
    /// <param name="options">What to write and how.</param>
    /// <param name="stop">Stops between pieces; nothing is left behind.</param>
    /// <exception cref="FathomException">The model cannot be read, has no such form, or cannot be written.</exception>
    public static ConversionResult Convert(string model, string output, ConversionOptions? options = null, CancellationToken stop = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentException.ThrowIfNullOrEmpty(output);
        options ??= new ConversionOptions();
        var format = options.Format ?? (output.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? ConversionFormat.Gguf : ConversionFormat.Safetensors);
        if (options.Type is { } type && (!BlockEncoder.CanEncode(type) || (format == ConversionFormat.Safetensors && DTypeInfo.Of(type).IsQuantised)))
            throw new FathomException($"{DTypeInfo.Of(type).Name} cannot be written to {(format == ConversionFormat.Gguf ? "GGUF" : "safetensors")}; choose f32, f16, bf16{(format == ConversionFormat.Gguf ? ", q8_0, q4_0 or q4_1" : ", or --to gguf")}");
        if (options.ShardBytes is <= 0) throw new FathomException($"a shard of {options.ShardBytes} bytes holds nothing; name a size above 0");
        if (options.ShardBytes is not null && format == ConversionFormat.Gguf) throw new FathomException("GGUF is written as one file: leave the shard size out");
        CheckOutput(output, format);
        return (ModelFiles.GgufIn(model), format) switch
        {
            ({ } gguf, ConversionFormat.Gguf) => GgufConversion.Again(gguf, output, options, stop),
            ({ } gguf, _) => SafetensorsConversion.FromGguf(gguf, output, options, stop),
            (null, ConversionFormat.Gguf) => GgufConversion.FromFolder(model, output, options, stop),
            _ => SafetensorsConversion.FromFolder(model, output, options, stop),
        };
    }

    /// <summary>Writes planned tensors, telling how far it is.</summary>
    internal static long WriteAll(IReadOnlyList<PlannedTensor> plans, Action<ReadOnlySpan<byte>> write, ConversionOptions options, CancellationToken stop, long done = 0, long? all = null)
    {
        var total = all ?? plans.Sum(plan => plan.Bytes);
        foreach (var plan in plans)
        {
            TensorRecoder.Write(
                plan,
                piece =>
                {
                    write(piece);
                    done += piece.Length;
                    options.OnProgress?.Invoke(done, total);
                },
                stop);
        }

        return total;
    }

    /// <summary>Number of tensors of each type.</summary>
    internal static SortedDictionary<string, int> Count(IEnumerable<PlannedTensor> plans)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var plan in plans) counts[DTypeInfo.Of(plan.Type).Name] = counts.GetValueOrDefault(DTypeInfo.Of(plan.Type).Name) + 1;
        return counts;
    }

    private static void CheckOutput(string output, ConversionFormat format)
    {
        if (format == ConversionFormat.Gguf)
        {
            if (Directory.Exists(output)) throw new FathomException($"{output}: is a folder; a GGUF model is one file: name it, such as {Path.Combine(output, "model.gguf")}");
            if (File.Exists(output)) throw new FathomException($"{output}: is there already; name another file, or remove it first");
            return;
        }

        if (File.Exists(output)) throw new FathomException($"{output}: is a file; safetensors are written to a folder");
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()) throw new FathomException($"{output}: is a folder that is not empty; name another, or empty it first");
    }
}
