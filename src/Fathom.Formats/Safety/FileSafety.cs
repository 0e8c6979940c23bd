namespace Fathom.Formats;

/// <summary>
/// Says what opening the files of a model could do, without doing it: pickles are read by the machine that knows no code and every
/// name they ask for that is not a tensor's is listed; safetensors and GGUF are checked against all rules of their formats (oversized
/// headers, shapes and offsets that lie).
/// </summary>
public static class FileSafety
{
    private const int MostFindings = 20;
    private static readonly string[] Pickles = [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".dill"];
    private static readonly string[] Programs = [".py", ".pyc", ".so", ".dll", ".dylib", ".exe", ".sh", ".bat", ".ps1", ".js", ".jar"];
    private static readonly string[] Others = [".npy", ".npz", ".h5", ".keras", ".onnx", ".msgpack", ".tflite", ".nemo", ".zip", ".tar", ".gz", ".ot"];

    /// <summary>The verdicts on a file, or on every file of a folder that holds weights or could carry code, by name.</summary>
    /// <exception cref="FathomException">The folder cannot be read.</exception>
    public static IReadOnlyList<FileVerdict> Of(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        if (File.Exists(location)) return OfFile(location) is { } single ? [single] : [];
        try
        {
            return [.. Directory.EnumerateFiles(location).Order(StringComparer.Ordinal).Select(OfFile).OfType<FileVerdict>()];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(location, failure);
        }
    }

    private static FileVerdict? OfFile(string path)
    {
        var name = Path.GetFileName(path);
        var ending = Path.GetExtension(name).ToLowerInvariant();
        if (ending == ".safetensors") return Parsed(path, name, "safetensors", () => SafetensorsFile.Open(path).Dispose());
        if (ending == ".gguf") return Parsed(path, name, "GGUF", () => GgufFile.Open(path).Dispose());
        if (Pickles.Contains(ending, StringComparer.Ordinal)) return Pickle(path, name);
        if (Programs.Contains(ending, StringComparer.Ordinal)) return new FileVerdict(name, "program", FileDanger.Code, ["is a program; other tools run it when asked to trust remote code"]);
        return Others.Contains(ending, StringComparer.Ordinal) ? new FileVerdict(name, ending[1..], FileDanger.NotExamined, []) : null;
    }

    private static FileVerdict Parsed(string path, string name, string format, Action open)
    {
        try
        {
            open();
            return new FileVerdict(name, format, FileDanger.None, []);
        }
        catch (FathomException fault)
        {
            return new FileVerdict(name, format, FileDanger.Damaged, [Without(path, fault)]);
        }
    }

    private static FileVerdict Pickle(string path, string name)
    {
        var asked = new List<string>();
        string? fault = null;
        var format = "pickle";
        try
        {
            using var file = FileBytes.Map(path);
            if (PyTorchFile.IsZip(file))
            {
                format = "PyTorch archive";
                PyTorchZip.Read(file, asked);
            }
            else if (PyTorchLegacy.IsOne(file))
            {
                format = "PyTorch pickle";
                PyTorchLegacy.Read(file, asked);
            }
            else
            {
                new PickleMachine(file, "the pickle", 0, Math.Min(file.Length, PyTorchZip.LongestPickle), _ => throw new FathomException($"{path}: names storages it does not have"), asked).Run();
            }
        }
        catch (FathomException refusal)
        {
            fault = Without(path, refusal);
        }

        // A pickle that could not be read to its end may hold anything behind that.
        var names = asked.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var findings = names.Take(MostFindings).Select(global => $"asks for {FileErrors.Quote(global)}").ToList();
        if (names.Count > MostFindings) findings.Add($"and {names.Count - MostFindings} more");
        if (fault is not null) findings.Add(fault);
        return new FileVerdict(name, format, asked.Count > 0 || fault is not null ? FileDanger.Code : FileDanger.None, findings);
    }

    // The path stands beside it already.
    private static string Without(string path, FathomException fault) => fault.Message.StartsWith(path + ": ", StringComparison.Ordinal) ? fault.Message[(path.Length + 2)..] : fault.Message;
}
