using System.IO.Enumeration;

namespace Fathom.Formats.Hub;

/// <summary>
/// Which of a model's files are wanted. Unless patterns say otherwise: what this toolkit reads, weights in one form only, and no file
/// that can carry code.
/// </summary>
internal static class HubFileChoice
{
    private static readonly string[] CarryCode = [".py", ".pyc", ".so", ".dll", ".dylib", ".exe", ".sh", ".bat", ".ps1", ".js", ".jar", ".pkl", ".pickle", ".joblib", ".dill", ".npy", ".npz", ".ckpt", ".keras", ".nemo"];
    private static readonly string[] OtherTools = [".h5", ".msgpack", ".onnx", ".onnx_data", ".ot", ".tflite", ".mlmodel", ".mlpackage", ".xml", ".engine", ".tar", ".gz", ".tgz", ".zip", ".zst", ".pdf", ".mp4", ".gif", ".png", ".jpg", ".jpeg", ".webp", ".svg"];
    private static readonly string[] Pickles = [".bin", ".pt", ".pth"];

    /// <summary>Chooses; what is left out is returned with it.</summary>
    /// <exception cref="FathomException">Nothing is chosen, or there are several GGUF files and no pattern says which.</exception>
    public static (IReadOnlyList<HubFile> Chosen, IReadOnlyList<HubFile> Skipped) Of(HubModelInfo info, HubModelName model, IReadOnlyList<string> include, IReadOnlyList<string> exclude)
    {
        var chosen = (include.Count > 0 ? info.Files.Where(file => Matches(file, include)) : Standard(info, model, exclude)).Where(file => !Matches(file, exclude)).ToList();
        if (chosen.Count == 0)
        {
            throw new FathomException(include.Count + exclude.Count > 0
                ? $"{model}: no file is left by --include and --exclude; its files are {FileErrors.List(info.Files.Select(file => file.Path), 12)}"
                : $"{model}: has no file that this tool reads; its files are {FileErrors.List(info.Files.Select(file => file.Path), 12)}");
        }

        return (chosen, [.. info.Files.Except(chosen)]);
    }

    private static IEnumerable<HubFile> Standard(HubModelInfo info, HubModelName model, IReadOnlyList<string> exclude)
    {
        var files = info.Files.Where(file => !Matches(file, exclude)).ToList();
        var safetensors = files.Where(file => Is(file, ".safetensors")).ToList();
        var hasTransformers = safetensors.Exists(file => !IsConsolidated(file));
        var ggufs = files.Where(file => Is(file, ".gguf")).ToList();
        if (safetensors.Count == 0 && ggufs.Select(Whole).Distinct(StringComparer.Ordinal).Count() > 1)
            throw new FathomException($"{model}: has {ggufs.Count} .gguf files, of which one is wanted: choose with --include, such as --include '{ggufs.OrderBy(file => file.Bytes ?? long.MaxValue).First().Path}'; there are {FileErrors.List(ggufs.Select(file => file.Path), 24)}");
        return files.Where(file =>
            !Has(file, CarryCode)
            && !Has(file, OtherTools)
            && !file.Path.StartsWith('.')
            && !file.Path.Contains("/.", StringComparison.Ordinal)
            && !(Has(file, Pickles) && (safetensors.Count > 0 || ggufs.Count > 0 || file.Path.Contains('/', StringComparison.Ordinal) || IsTrainingState(file)))
            && !(safetensors.Count > 0 && Is(file, ".gguf"))
            && !(hasTransformers && IsConsolidated(file)));
    }

    private static bool Matches(HubFile file, IReadOnlyList<string> patterns) => patterns.Any(pattern =>
        FileSystemName.MatchesSimpleExpression(pattern, file.Path, ignoreCase: false)
        || (pattern.EndsWith('/') && file.Path.StartsWith(pattern, StringComparison.Ordinal)));

    private static bool Has(HubFile file, string[] endings) => Array.Exists(endings, ending => Is(file, ending));

    private static bool Is(HubFile file, string ending) => file.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || (ending == ".mlpackage" && file.Path.Contains(".mlpackage/", StringComparison.OrdinalIgnoreCase));

    // Mistral's own layout beside Hugging Face's: the same weights a second time.
    private static bool IsConsolidated(HubFile file) => Path.GetFileName(file.Path).StartsWith("consolidated", StringComparison.Ordinal);

    private static bool IsTrainingState(HubFile file) => Path.GetFileName(file.Path) is "training_args.bin" or "optimizer.bin" or "optimizer.pt" or "scheduler.pt" or "scheduler.bin" or "rng_state.pth" or "trainer_state.pt" or "scaler.pt";

    // "x-00001-of-00003.gguf" is a part of "x.gguf".
    private static string Whole(HubFile file)
    {
        var of = file.Path.LastIndexOf("-of-", StringComparison.Ordinal);
        var dash = of > 0 ? file.Path.LastIndexOf('-', of - 1) : -1;
        return dash > 0 ? file.Path[..dash] : file.Path;
    }
}
