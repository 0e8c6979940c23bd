using System.Security.Cryptography;
using System.Text;

namespace Fathom.Testing.Hub;

/// <summary>A file of a <see cref="FakeHub"/>'s model; large ones are kept in its store, another server.</summary>
public sealed record FakeFile(string Path, byte[] Content, bool Large)
{
    /// <summary>SHA-256 of large files, git's hash of small ones.</summary>
    public string Hash => Large
        ? Convert.ToHexStringLower(SHA256.HashData(Content))
        : GitHash();

    private string GitHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {Content.Length}\0"));
        hash.AppendData(Content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
