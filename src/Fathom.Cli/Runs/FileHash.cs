using System.Text.Json.Nodes;
using Fathom.Formats;

namespace Fathom.Cli.Runs;

/// <summary>A file a run depends on: name, size and SHA-256.</summary>
internal sealed record FileHash(string Path, long Bytes, string Sha256)
{
    /// <summary>Reads the file once.</summary>
    public static FileHash Of(string path, CancellationToken stop = default) =>
        new(path, new FileInfo(path).Length, FileFingerprint.Sha256(path, cancellation: stop));

    /// <summary>A text of the command line, told apart as a file is.</summary>
    public static FileHash OfText(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new FileHash("(command line)", bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }

    /// <summary>As <c>run.json</c> records it.</summary>
    public JsonObject ToJson() => new() { ["path"] = Path, ["bytes"] = Bytes, ["sha256"] = Sha256 };
}
