namespace Fathom.Formats;

/// <summary>
/// An append-only log of checksummed records, for work that must survive <c>kill -9</c>: a record is either whole in the log or not
/// there. Opening it again cuts off a torn tail and gives the whole records back; settings other than those it was begun with are
/// refused. A log is written by one program at a time.
/// </summary>
public sealed class RecordLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly WriterLock _lock;
    private readonly FileStream _file;
    private byte[] _buffer = [];
    private long _end;
    private bool _broken;

    private RecordLog(string path, WriterLock held, FileStream file, long end, int count, long dropped)
    {
        Path = path;
        _lock = held;
        _file = file;
        _end = end;
        Count = count;
        DroppedBytes = dropped;
    }

    /// <summary>Path of the log.</summary>
    public string Path { get; }

    /// <summary>Number of whole records.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of a torn record that opening cut off; 0 after a clean end.</summary>
    public long DroppedBytes { get; }

    /// <summary>
    /// Opens a log to go on with it, or begins one. Each whole record is given to <paramref name="replay"/> in order (the span is
    /// valid during the call only).
    /// </summary>
    /// <param name="path">Path of the log; its folder must exist.</param>
    /// <param name="settings">What the records depend on, such as model, template and seed, by name.</param>
    /// <param name="replay">Receives the records that are already there.</param>
    /// <exception cref="FathomException">The log was begun with other settings (the message names them), is in use, is damaged before its tail, or cannot be read or written.</exception>
    public static RecordLog Open(string path, IReadOnlyDictionary<string, string> settings, Action<ReadOnlySpan<byte>>? replay = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(settings);
        var held = WriterLock.Take(path);
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var (end, count) = RecordLogReader.Replay(path, settings, replay);
            var dropped = file.Length - end;
            if (dropped > 0) file.SetLength(end);
            var log = new RecordLog(path, held, file, end, count, end == 0 ? 0 : dropped);
            if (end == 0) log.Begin(settings);
            return log;
        }
        catch (Exception failure)
        {
            file?.Dispose();
            held.Dispose();
            if (failure is IOException or UnauthorizedAccessException or NotSupportedException) throw FileErrors.CannotWrite(path, failure);
            throw;
        }
    }

    /// <summary>
    /// Reads the whole records of a log, also of one that is being written, without changing it; a torn tail is passed over.
    /// </summary>
    /// <exception cref="FathomException">It is no record log, is damaged before its tail, or cannot be read.</exception>
    public static IEnumerable<byte[]> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return RecordLogReader.Records(path);
    }

    /// <summary>
    /// Adds a record and hands it to the operating system: a killed process does not lose it. Call <see cref="Sync"/> now and then for
    /// power cuts.
    /// </summary>
    /// <exception cref="FathomException">It cannot be written (disk full); the records before it are unharmed.</exception>
    public void Append(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            var length = checked(RecordLogLayout.RecordHead + payload.Length);
            if (_buffer.Length < length) _buffer = new byte[Math.Max(length, Math.Min(_buffer.Length * 2L, Array.MaxLength))];
            payload.CopyTo(_buffer.AsSpan(RecordLogLayout.RecordHead));
            RecordLogLayout.WriteRecordHead(_buffer, payload, _end);
            WriteAtEnd(_buffer.AsSpan(0, length));
            Count++;
        }
    }

    /// <summary>Flushes every record to the disk.</summary>
    /// <exception cref="FathomException">The disk refuses.</exception>
    public void Sync()
    {
        lock (_gate)
        {
            try
            {
                _file.Flush(flushToDisk: true);
            }
            catch (IOException failure)
            {
                throw FileErrors.CannotWrite(Path, failure);
            }
        }
    }

    /// <summary>Flushes to the disk, as far as it lets itself be flushed, and closes the log.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_file.CanWrite) return;
            try
            {
                _file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                // Every record is with the operating system already, and no caller can mend this one.
            }

            _file.Dispose();
            _lock.Dispose();
        }
    }

    private void Begin(IReadOnlyDictionary<string, string> settings)
    {
        WriteAtEnd(RecordLogLayout.Header(settings));
        Sync();
        DurableFolder.Flush(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)));
    }

    private void WriteAtEnd(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(!_file.CanWrite, this);
        if (_broken) throw new FathomException($"{Path}: an earlier record could not be written; run the same command again");
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, _end);
            _end += bytes.Length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TakeBack();
            throw FileErrors.CannotWrite(Path, failure);
        }
    }

    // Half a record at the end is no harm, but a record behind it would look like damage: so nothing may follow until it is gone.
    private void TakeBack()
    {
        try
        {
            RandomAccess.SetLength(_file.SafeFileHandle, _end);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _broken = true;
        }
    }
}
