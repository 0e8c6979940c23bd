using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fathom.Formats;

namespace Fathom.Models.Tracing;

/// <summary>
/// The traces of a data set in a folder, kept as they are made: each goes to a log at once, and whenever all samples of a shard are
/// there, the shard is written as safetensors and its log goes. After a kill at any moment, opening the folder again tells which
/// samples are there already; the final files are those of an unbroken run, byte for byte. <c>index.json</c> says what belongs
/// together and from which settings it was made.
/// </summary>
public sealed class TraceStore : IDisposable
{
    private const int DefaultShardSize = 64;
    private const string IndexName = "index.json";
    private static readonly JsonWriterOptions Json = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly int _shardSize;
    private readonly bool[] _held;
    private readonly int[] _inShard;
    private readonly Dictionary<int, RecordLog> _logs = [];

    private TraceStore(string folder, int count, IReadOnlyDictionary<string, string> settings, int shardSize)
    {
        Folder = folder;
        _settings = settings;
        _shardSize = shardSize;
        _held = new bool[count];
        _inShard = new int[(count + shardSize - 1) / shardSize];
    }

    /// <summary>Path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Number of samples of the data set.</summary>
    public int Total => _held.Length;

    /// <summary>Number of samples whose traces are here.</summary>
    public int Count => _inShard.Sum();

    /// <summary>Whether every sample's trace is here.</summary>
    public bool IsComplete => Count == Total;

    /// <summary>The files of a finished store, in order.</summary>
    public IReadOnlyList<string> Shards => [.. Enumerable.Range(0, _inShard.Length).Select(ShardPath)];

    /// <summary>Opens a store to go on with it, or begins one.</summary>
    /// <param name="folder">Its folder; made where it is not there.</param>
    /// <param name="count">Number of samples of the data set; their indices are 0 to count - 1.</param>
    /// <param name="settings">What the traces depend on, such as model, template and pooling, by name.</param>
    /// <param name="shardSize">Samples a shard.</param>
    /// <exception cref="FathomException">It was begun with other settings (the message names them), is in use, damaged, or cannot be written.</exception>
    public static TraceStore Open(string folder, int count, IReadOnlyDictionary<string, string> settings, int shardSize = DefaultShardSize)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shardSize, 1);
        var store = new TraceStore(folder, count, settings, shardSize);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{folder}: the folder cannot be made: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }

        try
        {
            store.CheckIndex();
            for (var shard = 0; shard < store._inShard.Length; shard++) store.Recover(shard);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Whether a sample's trace is here.</summary>
    public bool Contains(int index) => _held[index];

    /// <summary>Keeps a trace: when this returns, a killed process does not lose it. With its last sample a shard is written.</summary>
    /// <exception cref="FathomException">It cannot be written (disk full); what was kept before is unharmed.</exception>
    /// <exception cref="ArgumentException">The sample is not one of the data set, or is here already.</exception>
    public void Add(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        if ((uint)trace.Index >= (uint)Total) throw new ArgumentException($"sample {trace.Index} is not one of 0 to {Total - 1}", nameof(trace));
        if (_held[trace.Index]) throw new ArgumentException($"sample {trace.Index} is here already", nameof(trace));
        var shard = trace.Index / _shardSize;
        if (!_logs.TryGetValue(shard, out var log)) _logs.Add(shard, log = RecordLog.Open(LogPath(shard), _settings));
        log.Append(TraceRecord.Write(trace));
        Mark(trace.Index);
        if (_inShard[shard] == SizeOf(shard)) Seal(shard);
    }

    /// <summary>The traces that are here, in the order of the data set, shard by shard.</summary>
    /// <exception cref="FathomException">A file is damaged.</exception>
    public IEnumerable<Trace> Read()
    {
        for (var shard = 0; shard < _inShard.Length; shard++)
        {
            var traces = File.Exists(ShardPath(shard)) ? TraceShard.Read(ShardPath(shard)) : File.Exists(LogPath(shard)) ? FromLog(shard) : [];
            foreach (var trace in traces) yield return trace;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var log in _logs.Values) log.Dispose();
        _logs.Clear();
    }

    private void Mark(int index)
    {
        _held[index] = true;
        _inShard[index / _shardSize]++;
    }

    private int SizeOf(int shard) => Math.Min(_shardSize, Total - shard * _shardSize);

    private string ShardPath(int shard) => Path.Combine(Folder, $"traces-{shard + 1:d5}-of-{_inShard.Length:d5}.safetensors");

    private string LogPath(int shard) => Path.Combine(Folder, $"traces-{shard + 1:d5}.log");

    private List<Trace> FromLog(int shard)
    {
        var path = LogPath(shard);
        return [.. RecordLog.Read(path).Select(record => TraceRecord.Read(record, path)).OrderBy(trace => trace.Index)];
    }

    private void Recover(int shard)
    {
        if (File.Exists(ShardPath(shard)))
        {
            TraceShard.Check(ShardPath(shard), SizeOf(shard));
            for (var i = 0; i < SizeOf(shard); i++) Mark(shard * _shardSize + i);
            DeleteLog(shard);
            return;
        }

        var path = LogPath(shard);
        if (!File.Exists(path)) return;
        _logs.Add(shard, RecordLog.Open(path, _settings, record =>
        {
            var index = TraceRecord.Read(record.ToArray(), path).Index;
            if (index / _shardSize != shard || (uint)index >= (uint)Total || _held[index]) throw new FathomException($"{path}: has sample {index}, which does not belong there; delete the file to start again");
            Mark(index);
        }));
        if (_inShard[shard] == SizeOf(shard)) Seal(shard);
    }

    private void Seal(int shard)
    {
        TraceShard.Write(ShardPath(shard), FromLog(shard));
        if (_logs.Remove(shard, out var log)) log.Dispose();
        DeleteLog(shard);
    }

    private void DeleteLog(int shard)
    {
        try
        {
            File.Delete(LogPath(shard));
            File.Delete(LogPath(shard) + ".lock");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"{LogPath(shard)}: cannot be deleted: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private void CheckIndex()
    {
        var path = Path.Combine(Folder, IndexName);
        var text = IndexText();
        if (!File.Exists(path))
        {
            AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
            return;
        }

        var before = File.ReadAllText(path);
        if (before == text) return;
        var lines = before.Split('\n');
        var now = text.Split('\n');
        var line = Enumerable.Range(0, Math.Min(lines.Length, now.Length)).FirstOrDefault(i => lines[i] != now[i]);
        throw new FathomException($"{path}: these traces were begun with other settings ({Printable(lines[line])} before, {Printable(now[line])} now): run with the same settings, choose another folder, or delete this one to start again");
    }

    private string IndexText()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Json))
        {
            json.WriteStartObject();
            json.WriteString("format", "fathom-traces-1");
            json.WriteNumber("samples", Total);
            json.WriteNumber("samples_per_shard", _shardSize);
            json.WriteStartObject("settings");
            foreach (var (name, value) in _settings.OrderBy(setting => setting.Key, StringComparer.Ordinal)) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteStartArray("shards");
            for (var shard = 0; shard < _inShard.Length; shard++)
            {
                json.WriteStartObject();
                json.WriteString("file", Path.GetFileName(ShardPath(shard)));
                json.WriteNumber("first", shard * _shardSize);
                json.WriteNumber("samples", SizeOf(shard));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static string Printable(string line) => Architectures.ConfigText.Printable(line.Trim().TrimEnd(','));
}
