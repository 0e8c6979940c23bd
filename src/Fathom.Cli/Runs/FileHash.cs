using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fathom.Cli.Runs;

/// <summary>A file a run depends on: name, size and SHA-256.</summary>
internal sealed record FileHash(string Path, long Bytes, string Sha256)
{
    /// <summary>Reads the file once.</summary>
    public static FileHash Of(string path)
    {
        if (!File.Exists(path))
        {
            throw new FathomException($"{path}: no such file");
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return new FileHash(path, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>As <c>run.json</c> records it.</summary>
    public JsonObject ToJson() => new() { ["path"] = Path, ["bytes"] = Bytes, ["sha256"] = Sha256 };
}
