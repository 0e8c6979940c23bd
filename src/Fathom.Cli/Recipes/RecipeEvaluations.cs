using Fathom.Training;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>The measures a recipe asks for.</summary>
internal static class RecipeEvaluations
{
    private const int LongestAnswer = 96;
    private const int LongestLabel = 16;

    /// <summary>Prepares those of a classifier: loss and accuracy where there is validation data.</summary>
    /// <exception cref="FathomException">A measure needs validation data, or labels, that are not there.</exception>
    public static IReadOnlyList<IEvaluation> OfClasses(Recipe recipe, IBaseModel model, SampleTemplate template, LabelledEncoder encoder, CancellationToken stop)
    {
        var rows = RecipeRows.Validation(recipe.Data);
        if (rows is null) return recipe.Evaluate.Metrics.Count == 0 ? [] : throw new FathomException("evaluate.metrics: need data.validation to measure on");
        stop.ThrowIfCancellationRequested();
        var samples = encoder.Encode(rows, RecipeRows.NameOf(recipe.Data.Validation));
        var options = new TokenBatchOptions { Sequences = samples.Count, MaxTokensPerMicroBatch = recipe.Batch.MaxTokensPerMicroBatch, Shuffle = false };
        var parts = new LabelledBatches(samples, options).Take(default).Parts;
        var wanted = recipe.Evaluate.Metrics.Count == 0 ? [MetricKind.Loss, MetricKind.Accuracy] : recipe.Evaluate.Metrics;
        if (wanted.Contains(MetricKind.LabelAccuracy)) throw new FathomException("evaluate.metrics: label_accuracy generates labels; a classifier's measure is accuracy");
        return [.. wanted.Distinct().Select(metric => (IEvaluation)(metric switch
        {
            MetricKind.Loss => new HeldOutLoss<LabelledBatch>(new SequenceClassification(), parts),
            MetricKind.OodAuroc => OodEvaluation.Make(recipe, encoder.Prompt, row => template.Prompt(row), model.Tokenizer, isClassifier: true),
            _ => new LabelAccuracy(parts),
        }))];
    }

    /// <summary>Prepares those of text vectors: loss and how often the right text is the nearest, where there is validation data.</summary>
    /// <exception cref="FathomException">A measure needs validation data that is not there, or is of another kind.</exception>
    public static IReadOnlyList<IEvaluation> OfPairs(Recipe recipe, PairEncoder encoder)
    {
        var rows = RecipeRows.Validation(recipe.Data);
        if (rows is null) return recipe.Evaluate.Metrics.Count == 0 ? [] : throw new FathomException("evaluate.metrics: need data.validation to measure on");
        var samples = encoder.Encode(rows, RecipeRows.NameOf(recipe.Data.Validation));
        var parts = new PairBatches(samples, new TokenBatchOptions { Sequences = samples.Count, MaxTokensPerMicroBatch = recipe.Batch.MaxTokensPerMicroBatch, Shuffle = false }).Take(default).Parts;
        var wanted = recipe.Evaluate.Metrics.Count == 0 ? [MetricKind.Loss, MetricKind.Accuracy] : recipe.Evaluate.Metrics;
        var temperature = (recipe.Embedding ?? new EmbeddingRecipe()).Temperature;
        return [.. wanted.Distinct().Select(metric => (IEvaluation)(metric switch
        {
            MetricKind.Loss => new HeldOutLoss<PairBatch>(new PairContrast(temperature), parts),
            MetricKind.Accuracy => new PairAccuracy(parts),
            _ => throw new FathomException($"evaluate.metrics: of text vectors loss and accuracy are measured, not {metric}"),
        }))];
    }

    /// <summary>Prepares them.</summary>
    /// <exception cref="FathomException">A measure needs validation data, or answers, that are not there.</exception>
    public static IReadOnlyList<IEvaluation> Make(Recipe recipe, BaseModel model, SampleTemplate template, SampleEncoder encoder, CancellationToken stop)
    {
        var rows = RecipeRows.Validation(recipe.Data)?.ToList();
        var wanted = recipe.Evaluate.Metrics.Count == 0 && rows is not null ? [MetricKind.Loss] : recipe.Evaluate.Metrics;
        if (wanted.Count > 0 && rows is null) throw new FathomException("evaluate.metrics: need data.validation or data.validation_generator to measure on");
        var evaluations = new List<IEvaluation>();
        foreach (var metric in wanted.Distinct())
        {
            stop.ThrowIfCancellationRequested();
            evaluations.Add(metric switch
            {
                MetricKind.Loss => Loss(),
                MetricKind.Accuracy => Accuracy(),
                MetricKind.OodAuroc => OodEvaluation.Make(recipe, encoder.Prompt, row => template.Prompt(row), model.Tokenizer, isClassifier: false),
                _ => LabelAccuracy(),
            });
        }

        return evaluations;

        HeldOutLoss<TokenBatch> Loss()
        {
            var samples = encoder.Encode(rows!, RecipeRows.NameOf(recipe.Data.Validation));
            var batches = new TokenBatches(samples, new TokenBatchOptions { Sequences = samples.Count, MaxTokensPerMicroBatch = recipe.Batch.MaxTokensPerMicroBatch, SharePrefix = recipe.Batch.SharePrefix, Shuffle = false });
            return new HeldOutLoss<TokenBatch>(new CausalLanguageModelling(), batches.Take(default).Parts);
        }

        AnswerAccuracy Accuracy()
        {
            if (!template.HasAnswer) throw new FathomException($"evaluate.metrics: accuracy needs answers; the template '{template.Source}' has no place {{answer}}");
            var problems = rows!.Take(recipe.Evaluate.Problems).Select(row => new Problem(template.Prompt(row), row.Answer ?? throw new FathomException($"evaluate.metrics: accuracy needs answers; row {row.Index} has none")));
            return new AnswerAccuracy([.. problems], recipe.Evaluate.MaxNewTokens ?? LongestAnswer, recipe.Evaluate.AnswerPattern);
        }

        GeneratedLabelAccuracy LabelAccuracy()
        {
            if (!template.HasAnswer) throw new FathomException($"evaluate.metrics: label_accuracy needs labels; the template '{template.Source}' has no place {{label}} or {{answer}}");
            var place = RecipeRows.NameOf(recipe.Data.Validation);
            var problems = rows!.Select(row =>
            {
                var (prompt, answer) = encoder.Split(row, place);
                return new LabelProblem(prompt, answer, template.Apply(row).Answer.Trim());
            });
            return new GeneratedLabelAccuracy([.. problems], ids => model.Tokenizer.Decode(ids), model.EndTokens, recipe.Evaluate.MaxNewTokens ?? LongestLabel, recipe.Batch.MaxTokensPerMicroBatch);
        }
    }
}
