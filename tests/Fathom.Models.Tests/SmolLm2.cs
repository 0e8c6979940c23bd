using System.Text.Json;

namespace Fathom.Models.Tests;

/// <summary>The real model of the shared folder, loaded once, with its reference values.</summary>
public sealed class SmolLm2 : IDisposable
{
    public const string Folder = "models/smollm2-135m-instruct";
    private readonly Lazy<LanguageModel> _model = new(() => LanguageModel.Load(SharedFolder.Path(Folder)));
    private readonly Lazy<JsonDocument> _json = new(() => JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Path("golden/smollm2/smollm2.json"))));

    public LanguageModel Model => _model.Value;

    public JsonElement Json => _json.Value.RootElement;

    public int[] Ids(int prompt) => Json.GetProperty("prompts")[prompt].GetProperty("ids").Deserialize<int[]>()!;

    public void Dispose()
    {
        if (_model.IsValueCreated) _model.Value.Dispose();
        if (_json.IsValueCreated) _json.Value.Dispose();
    }
}
