using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Machine;
using Fathom.Cli.Output;
using Fathom.Formats;

namespace Fathom.Cli.Runs;

/// <summary>
/// The folder a run leaves: <c>run.json</c> (settings, hashes, versions, hardware, times), <c>result.json</c> (only what follows
/// from the settings, so equal byte for byte after a resume), <c>samples.jsonl</c>, <c>report.html</c>. Every file is replaced
/// as a whole. One process at a time; a folder of other settings is refused.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private const string RunFile = "run.json";
    private const string LockFile = ".lock";
    private readonly FileStream _lock;
    private readonly JsonObject _run;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly double _secondsBefore;

    private RunFolder(string path, FileStream held, JsonObject run, double secondsBefore, bool resumed, TimeProvider time)
    {
        FolderPath = path;
        _lock = held;
        _run = run;
        _secondsBefore = secondsBefore;
        IsResumed = resumed;
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Where the folder is.</summary>
    public string FolderPath { get; }

    /// <summary>Whether an earlier run with the same settings had begun here.</summary>
    public bool IsResumed { get; }

    /// <summary>Seconds this run has worked, earlier attempts that wrote their time included.</summary>
    public double Seconds => _secondsBefore + _time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>
    /// Opens a folder for a run, making it if absent. <paramref name="files"/> are the files the run depends on.
    /// </summary>
    /// <exception cref="FathomException">Another run works in the folder, or it holds a run of other settings.</exception>
    public static RunFolder Open(string path, RunSettings settings, IEnumerable<FileHash> files, VerbContext context)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            throw new FathomException($"--out {path}: is a file; name a folder");
        }

        Directory.CreateDirectory(full);
        var held = Lock(full, path);
        try
        {
            var before = ReadRun(full);
            var secondsBefore = 0.0;
            var sessions = 1;
            if (before is not null)
            {
                if (settings.DifferenceFrom(before["settings"]!.AsObject()) is { } difference)
                {
                    throw new FathomException(
                        $"--out {path}: holds a run with another {difference.Name} ({difference.There}, now {difference.Here}); name another folder, or delete this one");
                }

                secondsBefore = (double?)before["seconds"] ?? 0;
                sessions = ((int?)before["sessions"] ?? 0) + 1;
            }

            var run = new JsonObject
            {
                ["state"] = "running",
                ["started"] = (string?)before?["started"] ?? context.Time.GetUtcNow().ToString("O"),
                ["sessions"] = sessions,
                ["seconds"] = secondsBefore,
                ["settings"] = settings.ToJson(),
                ["threads"] = context.Get(CommonOptions.Threads),
                ["batch_size"] = context.Get(CommonOptions.BatchSize),
                ["files"] = new JsonArray([.. files.Select(file => (JsonNode)file.ToJson())]),
                ["versions"] = MachineJson.Versions(),
                ["hardware"] = MachineJson.Hardware(),
            };
            var folder = new RunFolder(full, held, run, secondsBefore, before is not null, context.Time);
            folder.WriteRun();
            return folder;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The settings of the run that a folder holds, or null where it holds none.</summary>
    /// <exception cref="FathomException">The folder holds something else.</exception>
    public static JsonObject? SettingsOf(string path) => ReadRun(Path.GetFullPath(path))?["settings"]!.AsObject();

    /// <summary>Whether a folder holds a run that came to its end.</summary>
    /// <exception cref="FathomException">The folder holds something else.</exception>
    public static bool IsDone(string path) => (string?)ReadRun(Path.GetFullPath(path))?["state"] == "done";

    /// <summary>Path of a file in the folder.</summary>
    public string PathOf(string name) => Path.Combine(FolderPath, name);

    /// <summary>Replaces a file of the folder as a whole.</summary>
    public void Write(string name, ReadOnlySpan<byte> content) => AtomicFile.WriteAllBytes(PathOf(name), content);

    /// <summary>Replaces a text file of the folder as a whole.</summary>
    public void Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Replaces a file of one JSON object a line.</summary>
    public void WriteLines(string name, IEnumerable<JsonObject> lines)
    {
        using var content = new MemoryStream();
        foreach (var line in lines)
        {
            content.Write(Encoding.UTF8.GetBytes(JsonText.Compact(line)));
            content.WriteByte((byte)'\n');
        }

        Write(name, content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>Notes in <c>run.json</c> how long the run has worked: what an interrupted run leaves.</summary>
    public void Checkpoint()
    {
        _run["seconds"] = Math.Round(Seconds, 3);
        WriteRun();
    }

    /// <summary>Writes the result and marks the run done, with numbers that vary from run to run.</summary>
    public void Finish(JsonObject result, JsonObject? varying)
    {
        Write("result.json", JsonText.File(result));
        _run["state"] = "done";
        _run["seconds"] = Math.Round(Seconds, 3);
        _run["finished"] = _time.GetUtcNow().ToString("O");
        foreach (var (name, value) in varying ?? [])
        {
            _run[name] = value?.DeepClone();
        }

        WriteRun();
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string folder, string asNamed)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new FathomException($"--out {asNamed}: another run works in this folder, or it cannot be written ({exception.Message})", exception);
        }
    }

    private static JsonObject? ReadRun(string folder)
    {
        var path = Path.Combine(folder, RunFile);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject run && run["settings"] is JsonObject
                ? run
                : throw new FathomException($"{path}: is not a run of fathom; name another folder");
        }
        catch (JsonException exception)
        {
            throw new FathomException($"{path}: is not a run of fathom ({exception.Message}); name another folder", exception);
        }
    }

    private void WriteRun() => Write(RunFile, JsonText.File(_run));
}
