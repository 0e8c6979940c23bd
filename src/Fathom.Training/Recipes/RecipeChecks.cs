namespace Fathom.Training.Recipes;

/// <summary>Refuses values out of range and keys that do not go together.</summary>
internal static class RecipeChecks
{
    public static void Check(Recipe recipe, RecipeSource source)
    {
        void Require(bool holds, string path, string what)
        {
            if (!holds) throw source.Wrong(path, what);
        }

        CheckModel(recipe, Require);
        CheckData(recipe.Data, Require);
        Require(recipe.Objective != ObjectiveKind.Classification || (recipe.Data.Generator is null && recipe.Data.ValidationGenerator is null), "data.generator", "makes problems without labels; classification needs a file of labelled texts");
        Require(recipe.Classifier is null || recipe.Objective == ObjectiveKind.Classification, "classifier", "is for objective: classification");
        Require(recipe.Embedding is null || recipe.Objective == ObjectiveKind.Embedding, "embedding", "is for objective: embedding");
        Require(recipe.Embedding is null or { Temperature: > 0 }, "embedding.temperature", $"is {recipe.Embedding?.Temperature}, a number above 0 was expected");
        Require(recipe.Objective != ObjectiveKind.Embedding || recipe.Data.Shots is null, "data.shots", "are rows of labelled classes; pairs of texts have none");
        var (optimiser, schedule, batch) = (recipe.Optimiser, recipe.Schedule, recipe.Batch);
        Require(optimiser.Rate > 0 && double.IsFinite(optimiser.Rate), "optimiser.rate", $"is {optimiser.Rate}, a learning rate above 0 was expected");
        Require(optimiser.Betas.Count == 2 && optimiser.Betas.All(beta => beta is >= 0 and < 1), "optimiser.betas", "must be two numbers of at least 0 and below 1");
        Require(optimiser.Epsilon > 0, "optimiser.epsilon", $"is {optimiser.Epsilon}, a number above 0 was expected");
        Require(optimiser.WeightDecay >= 0, "optimiser.weight_decay", $"is {optimiser.WeightDecay}, a number of at least 0 was expected");
        Require(schedule.WarmUp >= 0, "schedule.warm_up", $"is {schedule.WarmUp}, at least 0 was expected");
        Require(schedule.WarmUpShare is null or (>= 0 and < 1), "schedule.warm_up_share", $"is {schedule.WarmUpShare}, a share of at least 0 and below 1 was expected");
        Require(schedule.WarmUpShare is null || schedule.WarmUp == 0, "schedule.warm_up_share", "and schedule.warm_up were both given; give one of them");
        Require(schedule.Floor is >= 0 and <= 1, "schedule.floor", $"is {schedule.Floor}, a share from 0 to 1 was expected");
        Require(batch.Sequences is null || batch.Tokens is null, "batch.tokens", "and batch.sequences were both given; give one of them");
        Require(batch.Sequences is null or >= 1, "batch.sequences", $"is {batch.Sequences}, at least 1 was expected");
        Require(batch.Tokens is null or >= 1, "batch.tokens", $"is {batch.Tokens}, at least 1 was expected");
        Require(batch.MaxTokensPerMicroBatch >= 1, "batch.max_tokens_per_micro_batch", $"is {batch.MaxTokensPerMicroBatch}, at least 1 was expected");
        Require(!batch.SharePrefix || recipe.Objective == ObjectiveKind.Classification || recipe.Data.LearnFrom == LearnFrom.Answer, "batch.share_prefix", "needs data.learn_from: answer; what is learnt itself cannot be shared");
        Require(recipe.Epochs is not null || recipe.Steps is not null, "", "does not say how long to train; give one of epochs and steps");
        Require(recipe.Epochs is null || recipe.Steps is null, "steps", "and epochs were both given; give one of epochs and steps (the other can be set to null)");
        Require(recipe.Epochs is null or >= 1, "epochs", $"is {recipe.Epochs}, at least 1 was expected");
        Require(recipe.Steps is null or >= 1, "steps", $"is {recipe.Steps}, at least 1 was expected");
        Require(recipe.Clip is null or > 0, "clip", $"is {recipe.Clip}, a number above 0 was expected");
        Require(recipe.Seed >= 0, "seed", $"is {recipe.Seed}, at least 0 was expected");
        Require(recipe.Evaluate.Every >= 0, "evaluate.every", $"is {recipe.Evaluate.Every}, at least 0 was expected");
        Require(!recipe.Evaluate.EveryEpoch || recipe.Evaluate.Every == 0, "evaluate.every_epoch", "and evaluate.every were both given; give one of them");
        var ood = recipe.Evaluate.Ood;
        Require(ood is null == !recipe.Evaluate.Metrics.Contains(MetricKind.OodAuroc), ood is null ? "evaluate.metrics" : "evaluate.ood", ood is null ? "asks for ood_auroc, which needs evaluate.ood with the files id and ood" : "needs ood_auroc among evaluate.metrics");
        Require(ood is null or { Id: not null, Ood: not null }, "evaluate.ood", "needs id (a file of the task's texts) and ood (a file of others)");
        Require(ood is null or { Embedding: "last" or "mean" }, "evaluate.ood.embedding", $"is '{ood?.Embedding}', known are last, mean");
        Require(ood is null or { Detectors.Count: > 0 }, "evaluate.ood.detectors", "names no detector");
        Require(ood is null or { Limit: null or >= 1 }, "evaluate.ood.limit", $"is {ood?.Limit}, at least 1 was expected");
        Require(recipe.Evaluate.Problems >= 1, "evaluate.problems", $"is {recipe.Evaluate.Problems}, at least 1 was expected");
        Require(recipe.Evaluate.MaxNewTokens is null or >= 1, "evaluate.max_new_tokens", $"is {recipe.Evaluate.MaxNewTokens}, at least 1 was expected");
        Require(recipe.Checkpoint.Every >= 1, "checkpoint.every", $"is {recipe.Checkpoint.Every}, at least 1 was expected");
        Require(recipe.Checkpoint.Keep >= 1, "checkpoint.keep", $"is {recipe.Checkpoint.Keep}, at least 1 was expected");
        Require(recipe.EarlyStop is null or { Patience: >= 1 }, "early_stop.patience", $"is {recipe.EarlyStop?.Patience}, at least 1 was expected");
        Require(recipe.EarlyStop is null or { NotBeforeEpoch: >= 0 }, "early_stop.not_before_epoch", $"is {recipe.EarlyStop?.NotBeforeEpoch}, at least 0 was expected");
        Require(recipe.EarlyStop is null or { MinimumChange: 0 } || recipe.Evaluate.Ties == Ties.First, "early_stop.minimum_change", "asks for more than equal, evaluate.ties: last for less; give one of them");
        Require(recipe.Save.Merged || recipe.Adapter is not null, "save.merged", "is false, but there is no adapter: nothing would be stored");
        Require(recipe.EarlyStop is null or { MinimumChange: >= 0 }, "early_stop.minimum_change", "must be at least 0");
    }

    private static void CheckModel(Recipe recipe, Action<bool, string, string> require)
    {
        var model = recipe.Model;
        require(model.Path is null != model.FromScratch is null, "model", "needs one of path (a model to teach on) and from_scratch (the shape of a new one)");
        require(model.FromScratch is null == model.Tokenizer is null, "model.tokenizer", model.FromScratch is null ? "is for models from scratch; a model in a folder has its own" : "is missing: a model from scratch needs one, path or train");
        require(model.Tokenizer is null || model.Tokenizer.Path is null != model.Tokenizer.Train is null, "model.tokenizer", "needs one of path and train");
        require(model.Dropout is >= 0 and < 1, "model.dropout", $"is {model.Dropout}, a probability of at least 0 and below 1 was expected");
        require(recipe.Adapter is null || model.FromScratch is null, "adapter", "is for a model that has learnt already; a model from scratch trains all its weights");
        require(recipe.Adapter is null or { Kind: "lora" }, "adapter.kind", $"is '{recipe.Adapter?.Kind}', known is lora");
    }

    private static void CheckData(DataRecipe data, Action<bool, string, string> require)
    {
        require(data.Train is null != data.Generator is null, "data", "needs one of train (a file) and generator (problems made by the tool)");
        require(data.Validation is null || data.ValidationGenerator is null, "data.validation", "and data.validation_generator were both given; give one of them");
        require(data.MaxLength is null or >= 2, "data.max_length", $"is {data.MaxLength}, at least 2 was expected");
        require(data.Shots is null or >= 1, "data.shots", $"is {data.Shots}, at least 1 was expected");
        require(data.Shots is null || data.Generator is null, "data.shots", "are rows of labelled classes; generated problems have none");
        require(data.ShotsSeed is null or >= 0, "data.shots_seed", $"is {data.ShotsSeed}, at least 0 was expected");
        require(data.ShotsSeed is null || data.Shots is not null, "data.shots_seed", "needs data.shots, the rows of a class to draw");
        require(data.Limit is null or >= 1, "data.limit", $"is {data.Limit}, at least 1 was expected");
        foreach (var (take, name) in new[] { (data.Take, "take"), (data.ValidationTake, "validation_take") })
        {
            if (take is null) continue;
            require(take.Modulo >= 1, $"data.{name}.modulo", $"is {take.Modulo}, at least 1 was expected");
            require(take.From >= 0 && take.From < (take.Below ?? take.Modulo) && (take.Below ?? take.Modulo) <= take.Modulo, $"data.{name}", $"takes no rows or rows past the period: expected 0 ≤ from < below ≤ modulo ({take.Modulo})");
        }

        foreach (var (generator, name) in new[] { (data.Generator, "generator"), (data.ValidationGenerator, "validation_generator") })
        {
            if (generator is null) continue;
            require(generator.Kind == "word_problems", $"data.{name}.kind", $"is '{generator.Kind}', known is word_problems");
            require(generator.Count >= 1, $"data.{name}.count", $"is {generator.Count}, at least 1 was expected");
            require(generator.Seed >= 0, $"data.{name}.seed", $"is {generator.Seed}, at least 0 was expected");
            require(generator.Style is "usual" or "held_out", $"data.{name}.style", $"is '{generator.Style}', known are usual, held_out");
            require(generator.Part is "all" or "training" or "held_out", $"data.{name}.part", $"is '{generator.Part}', known are all, training, held_out");
        }
    }
}
