using Fathom.Training;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>Plans teaching an encoder.</summary>
internal static class EncoderPlan
{
    /// <summary>Reads what the recipe names.</summary>
    /// <exception cref="FathomException">Something is missing, does not fit, or is for language models.</exception>
    public static TrainingPlan Make(Recipe recipe, string folder, SampleTemplate template, CancellationToken stop)
    {
        Check(recipe, template);
        if (recipe.Objective == ObjectiveKind.Embedding) return Embedding(recipe, EncoderBase.FromFolder(folder).AsSentenceEncoder(recipe.Model.Dropout), stop);
        var place = RecipeRows.NameOf(recipe.Data.Train);
        var bare = EncoderBase.FromFolder(folder);
        var labels = bare.Config.Labels.Count > 0 ? bare.Config.Labels : LabelledEncoder.ClassesOf(TrainingPlan.Stoppable(RecipeRows.Training(recipe.Data), stop), place);
        var model = bare.AsClassifier(labels, recipe.Model.Dropout);
        var maxLength = Math.Min(recipe.Data.MaxLength ?? int.MaxValue, model.ContextLength);
        var encoder = new LabelledEncoder(model.Tokenizer, template, labels, maxLength, framed: true);
        var samples = encoder.Encode(TrainingPlan.Stoppable(RecipeRows.Training(recipe.Data), stop), place);
        var truncated = encoder.Truncated;
        var labelled = new LabelledBatches(samples, TrainingPlan.Options(recipe), ids => model.Tokenizer.Decode(ids, skipSpecialTokens: false));
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

    private static TrainingPlan Embedding(Recipe recipe, EncoderBase model, CancellationToken stop)
    {
        var maxLength = Math.Min(recipe.Data.MaxLength ?? int.MaxValue, model.ContextLength);
        var encoder = new PairEncoder(model.Tokenizer, maxLength, model.Prepare);
        var samples = encoder.Encode(TrainingPlan.Stoppable(RecipeRows.Training(recipe.Data), stop), RecipeRows.NameOf(recipe.Data.Train));
        var truncated = encoder.Truncated;
        var pairs = new PairBatches(samples, TrainingPlan.Options(recipe), ids => model.Tokenizer.Decode(ids, skipSpecialTokens: false));
        return new TrainingPlan
        {
            Recipe = recipe,
            Base = model,
            Batches = pairs.Sequences,
            Pairs = pairs,
            Samples = samples.Count,
            Tokens = samples.Sum(sample => (long)sample.Anchor.Length + sample.Positive.Length),
            Truncated = truncated,
            MaxLength = maxLength,
            Steps = recipe.Steps ?? pairs.Sequences.StepsOf(recipe.Epochs!.Value),
            Evaluations = RecipeEvaluations.OfPairs(recipe, encoder),
        };
    }

    private static void Check(Recipe recipe, SampleTemplate template)
    {
        if (recipe.Objective == ObjectiveKind.CausalLanguageModelling) throw new FathomException("objective: the model is an encoder, which does not predict the next token; give objective: classification or embedding");
        if (recipe.Objective == ObjectiveKind.Embedding && recipe.Data.Template is not null) throw new FathomException("data.template: pairs of texts are taken as they are; name their fields (data.text_field, data.answer_field)");
        if (recipe.Classifier is not null) throw new FathomException("classifier: is for language models; an encoder's head reads what its family's heads read");
        if (recipe.Batch.ActivationCheckpointing) throw new FathomException("batch.activation_checkpointing: is for language models; for an encoder lower batch.max_tokens_per_micro_batch instead");
        if (recipe.Batch.SharePrefix) throw new FathomException("batch.share_prefix: is for language models; in an encoder every token sees the whole text");
        if (recipe.Data.Cut != Cut.End) throw new FathomException("data.cut: an encoder's text is cut at its end, its special tokens stay; leave it out");
        if (recipe.Evaluate.Metrics.Contains(MetricKind.OodAuroc)) throw new FathomException("evaluate.metrics: ood_auroc needs traces of a language model");
        if (template.HasAnswer) throw new FathomException($"data.template '{template.Source}': a classifier reads the text alone; leave out {{answer}}");
    }
}
