namespace Fathom.Cli.Experiments;

/// <summary>A model of an experiment.</summary>
public sealed record ExperimentModel
{
    /// <summary>A folder, a <c>.gguf</c> file or a hub name.</summary>
    public string Path { get; init; } = "";

    /// <summary>Folder of an adapter to put on it.</summary>
    public string? Adapter { get; init; }
}
