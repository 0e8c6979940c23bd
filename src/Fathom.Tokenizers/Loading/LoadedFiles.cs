using System.Text;
using System.Text.Json;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads whole files, with errors that name them.</summary>
internal static class LoadedFiles
{
    /// <summary>The bytes of a file.</summary>
    public static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FathomException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    /// <summary>The text of a file in UTF-8.</summary>
    public static string Text(string path) => Encoding.UTF8.GetString(Bytes(path));

    /// <summary>The content of a JSON file.</summary>
    public static JsonElement Json(string path)
    {
        try
        {
            var reader = new Utf8JsonReader(Bytes(path));
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException wrong)
        {
            throw new FathomException($"{path}: not valid JSON: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }
}
