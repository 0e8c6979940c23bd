using System.Text.Json;

namespace Fathom.Formats.Hub;

/// <summary>Reads the hub's answer about a model (<c>/api/models/ID/revision/REVISION?blobs=true</c>). What it says decides what is written where, so it is read strictly.</summary>
internal static class HubAnswer
{
    private const int MostFiles = 100_000;
    private const int DeepestJson = 64;

    /// <summary>The answer's content.</summary>
    /// <param name="json">The body of the answer.</param>
    /// <param name="model">The model that was asked for.</param>
    /// <exception cref="FathomException">It is not what a hub answers, or names a file that could lead out of the cache.</exception>
    public static HubModelInfo Parse(ReadOnlyMemory<byte> json, HubModelName model)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DeepestJson });
            return Read(document.RootElement, model);
        }
        catch (JsonException broken)
        {
            throw new FathomException($"{model}: the hub's answer is not JSON: {FileErrors.OneLine(broken.Message)}; check HF_ENDPOINT, or the network's login page", broken);
        }
        catch (InvalidOperationException notText)
        {
            throw new FathomException($"{model}: the hub's answer has a string that is not valid Unicode", notText);
        }
    }

    private static HubModelInfo Read(JsonElement root, HubModelName model)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Wrong(model, "is not an object");
        var commit = Text(root, "sha");
        if (commit is null || !IsHex(commit, 40)) throw Wrong(model, "has no commit (\"sha\", 40 hexadecimal digits)");
        if (!root.TryGetProperty("siblings", out var siblings) || siblings.ValueKind != JsonValueKind.Array) throw Wrong(model, "lists no files (\"siblings\")");
        if (siblings.GetArrayLength() > MostFiles) throw Wrong(model, $"lists {siblings.GetArrayLength()} files, at most {MostFiles} are taken");
        var files = new List<HubFile>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var sibling in siblings.EnumerateArray())
        {
            var file = ReadFile(sibling, model);

            // Also names that differ in case only: on some systems the second would overwrite the first.
            if (!seen.Add(file.Path)) throw Wrong(model, $"lists the file {FileErrors.Quote(file.Path)} twice");
            files.Add(file);
        }

        var license = root.TryGetProperty("cardData", out var card) && card.ValueKind == JsonValueKind.Object ? Text(card, "license") : null;
        return new HubModelInfo(model.Id, commit, files, license);
    }

    private static HubFile ReadFile(JsonElement sibling, HubModelName model)
    {
        if (sibling.ValueKind != JsonValueKind.Object || Text(sibling, "rfilename") is not { } path) throw Wrong(model, "lists a file without a name (\"rfilename\")");
        if (HubFileName.WhyNot(path) is { } reason) throw new FathomException($"{model}: the hub lists the file {FileErrors.Quote(path)}, which {reason}; it is not downloaded: the repository is broken or hostile");
        var large = sibling.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        var hash = large ? Text(lfs, "sha256") ?? Text(lfs, "oid") : Text(sibling, "blobId");
        if (hash is not null && !IsHex(hash, large ? 64 : 40)) throw Wrong(model, $"has no usable hash of {FileErrors.Quote(path)}");
        return new HubFile(path, Size(large ? lfs : sibling, path, model) ?? Size(sibling, path, model), hash);
    }

    private static long? Size(JsonElement holder, string path, HubModelName model)
    {
        if (!holder.TryGetProperty("size", out var size) || size.ValueKind == JsonValueKind.Null) return null;
        return size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var bytes) && bytes >= 0 ? bytes : throw Wrong(model, $"says the size of {FileErrors.Quote(path)} is {FileErrors.Quote(size.GetRawText())}");
    }

    private static string? Text(JsonElement holder, string name) => holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whether a text is so many lower-case hexadecimal digits.</summary>
    internal static bool IsHex(string text, int digits) => text.Length == digits && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    private static FathomException Wrong(HubModelName model, string what) => new($"{model}: the hub's answer {what}; check HF_ENDPOINT");
}
