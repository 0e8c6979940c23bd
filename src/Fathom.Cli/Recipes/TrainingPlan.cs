using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Adapters;
using Fathom.Training;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>A recipe with its data read and encoded: all that is known before the first step.</summary>
internal sealed record TrainingPlan
{
    public required Recipe Recipe { get; init; }

    public required IBaseModel Base { get; init; }

    public required TokenBatches Batches { get; init; }

    /// <summary>The same with classes, where they are what is learnt.</summary>
    public LabelledBatches? Labelled { get; init; }

    /// <summary>Pairs of texts, where their vectors are what is learnt.</summary>
    public PairBatches? Pairs { get; init; }

    /// <summary>Samples to learn from.</summary>
    public required int Samples { get; init; }

    /// <summary>Their tokens.</summary>
    public required long Tokens { get; init; }

    /// <summary>Samples that were cut to the longest length.</summary>
    public required int Truncated { get; init; }

    /// <summary>The longest length.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required int Steps { get; init; }

    public required IReadOnlyList<IEvaluation> Evaluations { get; init; }

    /// <summary>What the run follows from, one value each.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>The adapter, where one is taught.</summary>
    public LoraOptions? Lora => Recipe.Adapter is { } adapter
        ? new LoraOptions
        {
            TargetModules = adapter.Targets is [LoraOptions.AllLinear] ? [] : adapter.Targets,
            TargetPattern = adapter.Targets is [LoraOptions.AllLinear] ? LoraOptions.AllLinear : null,
            Rank = adapter.Rank,
            Alpha = adapter.Alpha,
            Dropout = adapter.Dropout,
            RankStabilised = adapter.Rslora,
            ModulesToSave = adapter.ModulesToSave,
            BaseModel = Recipe.Model.Path,
        }
        : null;

    /// <summary>Numbers that are taught.</summary>
    public long Taught => Lora is { } lora ? Base.LoraParameterCount(lora) : Base.ParameterCount;

    /// <summary>What it will hold in memory.</summary>
    public MemoryForecast Memory => Base.Memory(Recipe.Adapter is null ? null : Taught, Recipe.Optimiser.Kind == OptimiserKind.Adamw ? 2 : 0, Batches.LargestPart, MaxLength, Recipe.Batch.ActivationCheckpointing);

    /// <summary>The rates of the run.</summary>
    public Schedule Schedule => new(Recipe.Schedule.Kind, Recipe.Optimiser.Rate, Steps, Recipe.Schedule.WarmUpOf(Steps), Recipe.Schedule.Floor);

    /// <summary>Reads what the recipe names.</summary>
    /// <exception cref="FathomException">Something is missing or does not fit.</exception>
    public static TrainingPlan Make(Recipe recipe, CancellationToken stop)
    {
        var template = SampleTemplate.Parse(recipe.Data.Template ?? DefaultTemplate(recipe.Data, recipe.Objective));
        if (RecipeModel.Encoder(recipe) is { } encoderFolder) return EncoderPlan.Make(recipe, encoderFolder, template, stop);
        if (recipe.Objective == ObjectiveKind.Embedding) throw new FathomException("objective: embedding teaches vectors of texts, which encoders do; the model is a language model");
        if (recipe.Model.Dropout != 0) throw new FathomException("model.dropout: is for encoders; a language model's adapter has a dropout of its own (adapter.dropout)");
        var model = RecipeModel.Open(recipe, template, stop);
        var maxLength = Math.Min(recipe.Data.MaxLength ?? int.MaxValue, model.Config.ContextLength);
        if (recipe.Objective == ObjectiveKind.Classification) return Classifying(recipe, model, template, maxLength, stop);
        var encoder = new SampleEncoder(model.Tokenizer, template, recipe.Data.LearnFrom, maxLength, model.EndToken, recipe.Data.Cut);
        var samples = encoder.Encode(Stoppable(RecipeRows.Training(recipe.Data), stop), RecipeRows.NameOf(recipe.Data.Train));
        var truncated = encoder.Truncated;
        var batches = new TokenBatches(samples, Options(recipe), ids => model.Tokenizer.Decode(ids, skipSpecialTokens: false));
        return new TrainingPlan
        {
            Recipe = recipe,
            Base = model,
            Batches = batches,
            Samples = samples.Count,
            Tokens = samples.Sum(sample => (long)sample.Ids.Length),
            Truncated = truncated,
            MaxLength = maxLength,
            Steps = recipe.Steps ?? batches.StepsOf(recipe.Epochs!.Value),
            Evaluations = RecipeEvaluations.Make(recipe, model, template, encoder, stop),
        };
    }

    private static TrainingPlan Classifying(Recipe recipe, BaseModel model, SampleTemplate template, int maxLength, CancellationToken stop)
    {
        if (template.HasAnswer) throw new FathomException($"data.template '{template.Source}': a classifier reads the text alone; leave out {{answer}}");
        var place = RecipeRows.NameOf(recipe.Data.Train);
        var head = recipe.Classifier ?? new ClassifierRecipe { Pooling = model.Config.ClassPooling, EndToken = model.Config.ClassEndToken };
        model = model.AsClassifier(model.Config.IsClassifier ? model.Config.Labels : LabelledEncoder.ClassesOf(Stoppable(RecipeRows.Training(recipe.Data), stop), place), head.Pooling, head.EndToken);
        var encoder = new LabelledEncoder(model.Tokenizer, template, model.Config.Labels, maxLength, recipe.Data.Cut, head.EndToken ? model.EndToken : null);
        var samples = encoder.Encode(Stoppable(RecipeRows.Training(recipe.Data), stop), place);
        var truncated = encoder.Truncated;
        var labelled = new LabelledBatches(samples, Options(recipe), ids => model.Tokenizer.Decode(ids, skipSpecialTokens: false));
        return new TrainingPlan
        {
            Recipe = recipe,
            Base = model,
            Batches = labelled.Sequences,
            Labelled = labelled,
            Samples = samples.Count,
            Tokens = samples.Sum(sample => (long)sample.Ids.Length),
            Truncated = truncated,
            MaxLength = maxLength,
            Steps = recipe.Steps ?? labelled.Sequences.StepsOf(recipe.Epochs!.Value),
            Evaluations = RecipeEvaluations.OfClasses(recipe, model, template, encoder, stop),
        };
    }

    /// <summary>How the recipe puts samples together.</summary>
    public static TokenBatchOptions Options(Recipe recipe) => new()
    {
        Sequences = recipe.Batch.Sequences ?? (recipe.Batch.Tokens is null ? BatchRecipe.DefaultSequences : null),
        Tokens = recipe.Batch.Tokens,
        MaxTokensPerMicroBatch = recipe.Batch.MaxTokensPerMicroBatch,
        SharePrefix = recipe.Batch.SharePrefix,
        Seed = (ulong)recipe.Seed,
        Shuffle = recipe.Batch.Shuffle,
    };

    private static string DefaultTemplate(DataRecipe data, ObjectiveKind objective) =>
        objective != ObjectiveKind.CausalLanguageModelling || RecipeRows.Training(data).First().Answer is null ? SampleTemplate.TextAlone : SampleTemplate.QuestionAndAnswer;

    /// <summary>Rows until the person asks to stop.</summary>
    public static IEnumerable<DataRow> Stoppable(IEnumerable<DataRow> rows, CancellationToken stop)
    {
        foreach (var row in rows)
        {
            stop.ThrowIfCancellationRequested();
            yield return row;
        }
    }
}
