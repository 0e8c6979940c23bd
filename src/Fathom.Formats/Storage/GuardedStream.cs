namespace Fathom.Formats;

/// <summary>A file being written whose failures are one line that names the file it will become.</summary>
internal sealed class GuardedStream(FileStream inner, string path) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        // Seeking writes out what is buffered, so it can find the disk full.
        try
        {
            return inner.Seek(offset, origin);
        }
        catch (IOException failure)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
    }

    public override void SetLength(long value)
    {
        try
        {
            inner.SetLength(value);
        }
        catch (IOException failure)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
    }

    public override void Flush() => Flush(false);

    public void FlushToDisk() => Flush(true);

    /// <summary>Closes the file whatever becomes of the bytes that were not written yet.</summary>
    public void Abandon()
    {
        try
        {
            inner.Dispose();
        }
        catch (IOException)
        {
            // The disk is full and the file is about to be deleted.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void Flush(bool toDisk)
    {
        try
        {
            inner.Flush(toDisk);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotWrite(path, failure);
        }
    }
}
