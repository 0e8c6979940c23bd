using System.Globalization;
using Fathom.Formats;

namespace Fathom.Models.Tracing;

/// <summary>
/// Keeps the traces of one data set in a folder while they are made, in any order, so that nothing is lost when the process is
/// killed. A shard is a log until its last sample is there, then one safetensors file; the finished folder does not depend on the
/// order or on interruptions.
/// </summary>
public sealed class TraceStore : IDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly int _shardSize;
    private readonly Dictionary<int, (RecordLog Log, HashSet<int> Samples)> _open = [];
    private readonly HashSet<int> _done = [];

    private TraceStore(string folder, int total, IReadOnlyDictionary<string, string> settings, int shardSize)
    {
        (_folder, Total, _settings, _shardSize) = (folder, total, settings, shardSize);
    }

    /// <summary>Number of samples of the data set.</summary>
    public int Total { get; }

    /// <summary>Number of samples that are there.</summary>
    public int Count => _done.Count;

    /// <summary>Opens a folder to go on with it, or begins one.</summary>
    /// <param name="folder">The folder; made where absent.</param>
    /// <param name="total">Number of samples the data set has.</param>
    /// <param name="settings">What the traces depend on (model, data, template, …), by name; another value in the folder is refused.</param>
    /// <param name="shardSize">Samples in one file.</param>
    /// <exception cref="FathomException">The folder was begun with other settings, is in use by another process, or cannot be read or written.</exception>
    public static TraceStore Open(string folder, int total, IReadOnlyDictionary<string, string> settings, int shardSize = 128)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(total);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardSize);
        var complete = new SortedDictionary<string, string>(settings.ToDictionary(), StringComparer.Ordinal)
        {
            ["samples"] = total.ToString(CultureInfo.InvariantCulture),
            ["shard_size"] = shardSize.ToString(CultureInfo.InvariantCulture),
        };
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FathomException($"cannot make the folder {folder}: {failure.Message}", failure);
        }

        var store = new TraceStore(folder, total, complete, shardSize);
        try
        {
            store.Recover();
        }
        catch
        {
            store.Dispose();
            throw;
        }

        return store;
    }

    /// <summary>Whether sample <paramref name="index"/> is there already.</summary>
    public bool Contains(int index) => _done.Contains(index);

    /// <summary>Adds a trace; it survives the death of the process from here on.</summary>
    /// <exception cref="ArgumentException">The sample is there already or lies outside the data set.</exception>
    /// <exception cref="FathomException">The disk is full or refuses.</exception>
    public void Add(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        if (trace.Index < 0 || trace.Index >= Total || _done.Contains(trace.Index))
        {
            throw new ArgumentException($"sample {trace.Index} is there already or not within 0..{Total - 1}", nameof(trace));
        }

        var shard = trace.Index / _shardSize;
        if (!_open.TryGetValue(shard, out var open))
        {
            _open[shard] = open = (RecordLog.Open(LogPath(shard), _settings), []);
        }

        open.Log.Append(TraceCodec.Encode(trace));
        open.Samples.Add(trace.Index);
        _done.Add(trace.Index);
        if (open.Samples.Count == SizeOf(shard))
        {
            Seal(shard);
        }
    }

    /// <summary>All traces that are there, in the order of the data set; one shard in memory at a time.</summary>
    public IEnumerable<Trace> Read()
    {
        for (var shard = 0; shard * _shardSize < Total; shard++)
        {
            IReadOnlyList<Trace> traces = File.Exists(ShardPath(shard)) ? TraceShard.Read(ShardPath(shard), _settings)
                : _open.ContainsKey(shard) ? ReadLog(shard) : [];
            foreach (var trace in traces)
            {
                yield return trace;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (log, _) in _open.Values)
        {
            log.Dispose();
        }

        _open.Clear();
    }

    private void Recover()
    {
        for (var shard = 0; shard * _shardSize < Total; shard++)
        {
            if (File.Exists(ShardPath(shard)))
            {
                // A kill between writing the file and removing its log leaves both; the file is whole.
                _done.UnionWith(TraceShard.Read(ShardPath(shard), _settings).Select(trace => trace.Index));
                File.Delete(LogPath(shard));
            }
            else if (File.Exists(LogPath(shard)))
            {
                var samples = new HashSet<int>();
                var log = RecordLog.Open(LogPath(shard), _settings, payload => samples.Add(TraceCodec.Decode(payload).Index));
                _open[shard] = (log, samples);
                _done.UnionWith(samples);
                if (samples.Count == SizeOf(shard))
                {
                    Seal(shard);
                }
            }
        }
    }

    private void Seal(int shard)
    {
        TraceShard.Write(ShardPath(shard), ReadLog(shard), _settings);
        _open.Remove(shard, out var open);
        open.Log.Dispose();
        File.Delete(LogPath(shard));
    }

    private List<Trace> ReadLog(int shard) => [.. RecordLog.Read(LogPath(shard)).Select(payload => TraceCodec.Decode(payload)).OrderBy(trace => trace.Index)];

    private int SizeOf(int shard) => Math.Min(_shardSize, Total - shard * _shardSize);

    private string ShardPath(int shard) => Path.Combine(_folder, $"traces-{shard:D5}.safetensors");

    private string LogPath(int shard) => Path.Combine(_folder, $"traces-{shard:D5}.log");
}
