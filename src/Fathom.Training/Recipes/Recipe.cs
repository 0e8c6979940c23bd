using System.Text.Json.Nodes;

namespace Fathom.Training.Recipes;

/// <summary>A training run as a YAML file tells it. Every key is known and of its type, or the file is refused.</summary>
public sealed record Recipe
{
    /// <summary>What is taught.</summary>
    public ModelRecipe Model { get; init; } = new();

    /// <summary>What it is taught with.</summary>
    public DataRecipe Data { get; init; } = new();

    /// <summary>What it is to learn. Default causal language modelling.</summary>
    public ObjectiveKind Objective { get; init; }

    /// <summary>The head, where classes are learnt.</summary>
    public ClassifierRecipe? Classifier { get; init; }

    /// <summary>How vectors of texts are learnt, where they are.</summary>
    public EmbeddingRecipe? Embedding { get; init; }

    /// <summary>Low-rank updates instead of all weights; none to teach all weights.</summary>
    public AdapterRecipe? Adapter { get; init; }

    /// <summary>How gradients become steps.</summary>
    public OptimiserRecipe Optimiser { get; init; } = new();

    /// <summary>How the learning rate goes.</summary>
    public ScheduleRecipe Schedule { get; init; } = new();

    /// <summary>How samples are put together.</summary>
    public BatchRecipe Batch { get; init; } = new();

    /// <summary>Passes through the data; either this or <see cref="Steps"/>.</summary>
    public int? Epochs { get; init; }

    /// <summary>Steps; either this or <see cref="Epochs"/>.</summary>
    public int? Steps { get; init; }

    /// <summary>Largest joint norm of the gradients; none to leave them as they are.</summary>
    public double? Clip { get; init; }

    /// <summary>What to measure meanwhile.</summary>
    public EvaluateRecipe Evaluate { get; init; } = new();

    /// <summary>When to end before the last step; none for never.</summary>
    public EarlyStopRecipe? EarlyStop { get; init; }

    /// <summary>What to keep meanwhile.</summary>
    public CheckpointRecipe Checkpoint { get; init; } = new();

    /// <summary>How the final model is stored.</summary>
    public SaveRecipe Save { get; init; } = new();

    /// <summary>Seed of everything random. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Reads a recipe.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="settings">Values that stand above the file's: <c>optimiser.rate=1e-4</c>.</param>
    /// <exception cref="FathomException">The file is not YAML, has a key that is not known (the message names the nearest that is, and the line), or a value of another type or out of range.</exception>
    public static Recipe Load(string path, IReadOnlyList<string>? settings = null)
    {
        var source = RecipeSource.Read(path, settings ?? []);
        var recipe = RecipeBinder.Bind<Recipe>(source);
        RecipeChecks.Check(recipe, source);
        return recipe;
    }

    /// <summary>Every value, defaults too, with the keys of the file.</summary>
    public JsonObject ToJson() => RecipeFile.ToJson(this);
}
