using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Fathom.Formats;

/// <summary>What tells one file from another: the SHA-256 of everything, or a quick digest of its length and of samples.</summary>
public static class FileFingerprint
{
    private const int BlockBytes = 1 << 20;
    private const int SampleBytes = 1 << 16;
    private const int Samples = 32;

    /// <summary>SHA-256 of the whole file, read once in blocks, as 64 lower-case hexadecimal digits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Receives the number of bytes read so far, after each block of 1 MiB.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="FathomException">The file cannot be read.</exception>
    public static string Sha256(string path, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = Open(path, out _);
        var block = new byte[BlockBytes];
        long position = 0;
        for (int read; (read = RandomRead(file, block, position, path)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(block, 0, read);
            position += read;
            progress?.Invoke(position);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// SHA-256 of the file's length and of 32 pieces of 64 KiB spread evenly from its first to its last byte: takes milliseconds
    /// whatever the size, tells different models apart, and is no proof against a wilful change. As <c>quick-</c> and 64 hexadecimal digits.
    /// </summary>
    /// <exception cref="FathomException">The file cannot be read.</exception>
    public static string Quick(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = Open(path, out var length);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, length);
        hash.AppendData(size);
        var block = new byte[SampleBytes];
        if (length <= (long)SampleBytes * Samples)
        {
            Append(0, length);
        }
        else
        {
            for (var i = 0; i < Samples; i++) Append((length - SampleBytes) / (Samples - 1) * i + Math.Min(i, (length - SampleBytes) % (Samples - 1)), SampleBytes);
        }

        return "quick-" + Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(long start, long count)
        {
            while (count > 0)
            {
                var read = RandomRead(file, block.AsSpan(0, (int)Math.Min(count, SampleBytes)), start, path);
                if (read == 0) throw new FathomException($"{path}: became shorter while it was read");
                hash.AppendData(block, 0, read);
                (start, count) = (start + read, count - read);
            }
        }
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path, out long length)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
            length = RandomAccess.GetLength(file);
            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw FileErrors.CannotRead(path, failure);
        }
    }

    private static int RandomRead(Microsoft.Win32.SafeHandles.SafeFileHandle file, Span<byte> into, long position, string path)
    {
        try
        {
            return RandomAccess.Read(file, into, position);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(path, failure);
        }
    }
}
