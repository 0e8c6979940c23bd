using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Models.Running;
using Fathom.Tensors;

namespace Fathom.Models.Conversion;

/// <summary>Writes folders in Hugging Face layout.</summary>
internal static class SafetensorsConversion
{
    private const string ConfigFile = "config.json";
    private static readonly string[] Weights = [".safetensors", ".bin", ".pt", ".pth", ".gguf", ".index.json"];
    private static readonly string[] Companions = [".json", ".txt", ".model", ".jinja", ".md", ".spm", ".tiktoken"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>From a folder: every tensor under its name, the other files as they are. Any architecture, known or not.</summary>
    public static ConversionResult FromFolder(string folder, string output, ConversionOptions options, CancellationToken stop)
    {
        using var weights = WeightsFolder.Open(folder);
        var plans = weights.Names.Select(name => weights.GetTensor(name)).Select(tensor => new PlannedTensor(tensor.Name, tensor, TypeChoice.ForSafetensors(tensor, options.Type))).ToList();
        var notes = new List<string>();
        return Write(plans, output, options, notes, work =>
        {
            foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                var name = Path.GetFileName(path);
                if (Weights.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) continue;
                if (!Companions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)) notes.Add($"{name} is left out");
                else if (!options.Tokenizer && name.Contains("token", StringComparison.Ordinal)) continue;
                else AtomicFile.WriteAllBytes(Path.Combine(work, name), name == ConfigFile ? WithType(path, plans) : ReadAll(path));
            }
        }, stop);
    }

    /// <summary>From a GGUF file of a family that has a config.json.</summary>
    public static ConversionResult FromGguf(string gguf, string output, ConversionOptions options, CancellationToken stop)
    {
        var files = ModelFiles.Open(gguf);
        using var weights = files.Weights;
        var notes = new List<string>();
        var config = HuggingFaceConfigWriter.AsWritten(files.Config, HuggingFaceConfigWriter.Write(files.Config, "float32"));
        var plans = GgufTensors.Of(files.Gguf!, config).Select(tensor => new PlannedTensor(tensor.Name, TypeChoice.ForSafetensors(tensor.Parts[0].Source, options.Type), tensor.Shape, tensor.Parts)).ToList();
        var text = HuggingFaceConfigWriter.Write(files.Config, TorchName(plans));
        return Write(plans, output, options, notes, work =>
        {
            AtomicFile.WriteAllBytes(Path.Combine(work, ConfigFile), text);
            if (options.Tokenizer) HuggingFaceTokenizer.Write(files.Gguf!, work, notes);
        }, stop);
    }

    private static ConversionResult Write(List<PlannedTensor> plans, string output, ConversionOptions options, List<string> notes, Action<string> companions, CancellationToken stop)
    {
        using var folder = AtomicFolder.Create(output);
        ShardWriter.Write(plans, folder.WorkPath, options, stop);
        companions(folder.WorkPath);
        if (Directory.Exists(output)) Directory.Delete(output);
        folder.Commit();
        return new ConversionResult(output, ConversionFormat.Safetensors, plans.Count, plans.Sum(plan => plan.Bytes), ModelConverter.Count(plans), notes);
    }

    private static byte[] WithType(string path, IReadOnlyList<PlannedTensor> plans)
    {
        try
        {
            if (JsonNode.Parse(ReadAll(path)) is not JsonObject root) throw new FathomException($"{path}: is not a JSON object");
            root[root.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = TorchName(plans);
            return Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException)
        {
            throw new FathomException($"{path}: is not valid JSON: {broken.Message.ReplaceLineEndings(" ")}", broken);
        }
    }

    // The type that most of the weights have.
    private static string TorchName(IEnumerable<PlannedTensor> plans) =>
        plans.GroupBy(plan => plan.Type).OrderByDescending(group => group.Sum(plan => plan.Bytes)).Select(group => group.Key).FirstOrDefault(DType.F32) switch
        {
            DType.F16 => "float16",
            DType.BF16 => "bfloat16",
            DType.F64 => "float64",
            _ => "float32",
        };

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }
}
