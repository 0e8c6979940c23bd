using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fathom.Formats;

namespace Fathom.Training;

/// <summary>A batch whose loss or gradient was not finite, written down to be studied.</summary>
internal static class BadBatchFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string path, TrainerState state, double loss, double norm, double rate, JsonArray samples) =>
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(new JsonObject
        {
            ["step"] = state.Step + 1,
            ["epoch"] = state.Cursor.Epoch,
            ["loss"] = Number(loss),
            ["gradient_norm"] = Number(norm),
            ["learning_rate"] = rate,
            ["samples"] = samples,
        }.ToJsonString(Indented) + "\n"));

    private static JsonNode Number(double value) => double.IsFinite(value) ? value : value.ToString();
}
