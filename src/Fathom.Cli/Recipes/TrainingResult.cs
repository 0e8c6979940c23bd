using System.Text.Json.Nodes;
using Fathom.Training;

namespace Fathom.Cli.Recipes;

/// <summary>What a training run left.</summary>
/// <param name="Json">The verb's answer: <c>result.json</c> and the speed of this process.</param>
/// <param name="Outcome">How it ended: steps, best step and value, the metric that was watched.</param>
/// <param name="History">Losses and measures by step.</param>
/// <param name="Folder">The run's folder.</param>
internal sealed record TrainingResult(JsonObject Json, TrainingOutcome Outcome, TrainingHistory History, string Folder)
{
    /// <summary>The taught model in Hugging Face layout, any adapter added to it: what <c>MODEL</c> is for every other verb. Null with <c>save.merged: false</c>, which leaves <see cref="AdapterFolder"/> alone.</summary>
    public string? ModelFolder => Outcome.ModelFolder;

    /// <summary>The adapter in PEFT's files, where one was taught; loads onto the recipe's <c>model.path</c>.</summary>
    public string? AdapterFolder => Path.Combine(Folder, "adapter") is var folder && Directory.Exists(folder) ? folder : null;

    /// <summary>The best value of the watched metric, or null without evaluations.</summary>
    public double? BestValue => Outcome.BestValue;
}
