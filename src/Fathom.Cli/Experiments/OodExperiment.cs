namespace Fathom.Cli.Experiments;

/// <summary>A comparison of detectors over several draws of one setting, as a YAML file tells it.</summary>
public sealed record OodExperiment
{
    /// <summary>Kind of experiment: <c>ood</c>.</summary>
    public string Experiment { get; init; } = "";

    /// <summary>The model that is looked into.</summary>
    public ExperimentModel Model { get; init; } = new();

    /// <summary>One repetition a seed: it draws the known classes and the few-shot rows, and seeds the training.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1];

    /// <summary>How a text becomes a prompt.</summary>
    public ExperimentPrompt Prompt { get; init; } = new();

    /// <summary>Names and groups of detectors.</summary>
    public IReadOnlyList<string> Detectors { get; init; } = ["all"];

    /// <summary>Lists of detectors to combine into one each: <c>combined</c>, <c>combined2</c>, …</summary>
    public IReadOnlyList<IReadOnlyList<string>> Combine { get; init; } = [];

    /// <summary>The texts the model is meant for.</summary>
    public KnownTexts InDistribution { get; init; } = new();

    /// <summary>Texts of other kinds. With drawn classes the unknown ones come before them, as <c>unknown_classes</c>.</summary>
    public IReadOnlyList<ForeignTexts> OutOfDistribution { get; init; } = [];

    /// <summary>What the model is taught first; none to take it as it is.</summary>
    public FineTuning? FineTuning { get; init; }
}
