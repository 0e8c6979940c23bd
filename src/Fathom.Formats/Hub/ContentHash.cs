using System.Security.Cryptography;
using System.Text;

namespace Fathom.Formats.Hub;

/// <summary>The hash by which the hub names a file's content: SHA-256 where it is 64 digits long, else git's hash of a blob.</summary>
internal sealed class ContentHash : IDisposable
{
    private const int Sha256Digits = 64;
    private readonly IncrementalHash _hash;
    private readonly byte[] _prefix;

    /// <summary>Starts one of the kind of <paramref name="expected"/> for a file of <paramref name="bytes"/> bytes.</summary>
    public ContentHash(string expected, long bytes)
    {
        Expected = expected;
        var git = expected.Length != Sha256Digits;
        _hash = IncrementalHash.CreateHash(git ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
        _prefix = git ? Encoding.ASCII.GetBytes($"blob {bytes}\0") : [];
        _hash.AppendData(_prefix);
    }

    /// <summary>What it should come to.</summary>
    public string Expected { get; }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The digits so far; starts anew.</summary>
    public string Finish()
    {
        var digits = Convert.ToHexStringLower(_hash.GetHashAndReset());
        _hash.AppendData(_prefix);
        return digits;
    }

    /// <summary>Whether a file's content has the hash.</summary>
    /// <exception cref="FathomException">It cannot be read.</exception>
    public static bool Matches(string path, string expected, Action<long>? progress, CancellationToken stop)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.SequentialScan);
            using var hash = new ContentHash(expected, file.Length);
            var piece = new byte[1 << 20];
            for (int read; (read = file.Read(piece)) > 0;)
            {
                stop.ThrowIfCancellationRequested();
                hash.Append(piece.AsSpan(0, read));
                progress?.Invoke(read);
            }

            return string.Equals(hash.Finish(), expected, StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(path, failure);
        }
    }

    public void Dispose() => _hash.Dispose();
}
