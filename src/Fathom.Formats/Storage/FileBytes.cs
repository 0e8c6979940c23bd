using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fathom.Formats;

/// <summary>
/// The bytes of one file at a fixed address: mapped from disk (never copied) or a pinned array. Parsers read through it, and the
/// tensors they describe keep it alive.
/// </summary>
internal sealed unsafe class FileBytes : IDisposable
{
    private readonly byte* _pointer;

    // One of these keeps the bytes where they are: the mapping, or an array the collector does not move.
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte[]? _pinned;

    private FileBytes(string name, long length, MemoryMappedViewAccessor? view, byte[]? pinned)
    {
        Name = name;
        Length = length;
        _view = view;
        _pinned = pinned;

        // The address is not reference-counted: this object holds the view, and everyone who has the address holds this object.
        if (view is not null) _pointer = (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + view.PointerOffset;
        else if (pinned is not null) _pointer = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
    }

    /// <summary>Path, or what the bytes are called in messages.</summary>
    public string Name { get; }

    public long Length { get; }

    public bool IsDisposed { get; private set; }

    public byte* Pointer => IsDisposed ? throw new ObjectDisposedException(Name) : _pointer;

    public static FileBytes Map(string path, FileShare share = FileShare.Read | FileShare.Delete)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, share);
            var length = RandomAccess.GetLength(handle);
            if (length == 0) return new FileBytes(path, 0, null, null);
            using var mapping = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new FileBytes(path, length, mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw FileErrors.CannotRead(path, failure);
        }
    }

    /// <summary>Copies <paramref name="content"/> to where the collector does not move it.</summary>
    public static FileBytes Of(ReadOnlySpan<byte> content, string name)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(content.Length, pinned: true);
        content.CopyTo(pinned);
        return new FileBytes(name, content.Length, null, pinned);
    }

    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
            throw new ArgumentOutOfRangeException(nameof(offset), $"bytes {offset} to {offset + length} of {Length} in {Name}");
        return new ReadOnlySpan<byte>(Pointer + offset, length);
    }

    public void Dispose()
    {
        IsDisposed = true;
        _view?.Dispose();
    }
}
