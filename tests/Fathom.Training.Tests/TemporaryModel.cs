namespace Fathom.Training.Tests;

/// <summary>A model's weights with one of its configurations as config.json.</summary>
internal sealed class TemporaryModel : IDisposable
{
    public TemporaryModel(string source, string config)
    {
        File.Copy(Path.Combine(source, config), Path.Combine(Folder, "config.json"));
        File.Copy(Path.Combine(source, "model.safetensors"), Path.Combine(Folder, "model.safetensors"));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("fathom-model-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
