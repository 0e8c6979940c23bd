using Fathom.Cli.Verbs;
using Fathom.Formats;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;
using Fathom.Tokenizers;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>Reads what a recipe measures detectors on.</summary>
internal static class OodEvaluation
{
    /// <summary>Prepares the measure.</summary>
    /// <param name="recipe">The recipe, with <c>evaluate.ood</c>.</param>
    /// <param name="prompt">A row's prompt as tokens; the second argument names its file.</param>
    /// <param name="text">A row's prompt as text.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="isClassifier">Whether a classifier is taught: it has logits of its own.</param>
    /// <exception cref="FathomException">A file cannot be read, a detector is not known or looks at the output, or labels are missing.</exception>
    public static OodAuroc Make(Recipe recipe, Func<DataRow, string, int[]> prompt, Func<DataRow, string> text, Tokenizer tokenizer, bool isClassifier)
    {
        var ood = recipe.Evaluate.Ood!;
        var definitions = OodFlags.WithPooling(DetectorRegistry.Parse(string.Join(',', ood.Detectors)), ood.Embedding == "mean" ? Pooling.PromptMean : Pooling.PromptLast);
        if (definitions.FirstOrDefault(OodFlags.LooksAtOutput) is { } outside) throw new FathomException($"evaluate.ood.detectors: {outside.Name} looks at the output, and nothing is generated meanwhile; name others, such as cosine, mahalanobis, softmax, energy");
        var place = ood.Bank ?? RecipeRows.NameOf(recipe.Data.Validation);
        var bank = ood.Bank is { } file ? RecipeRows.OfDetectors(file, recipe.Data, ood.Limit, labelled: true)
            : RecipeRows.Validation(recipe.Data)?.Take(ood.Limit ?? int.MaxValue).ToList() ?? throw new FathomException("evaluate.ood: needs a bank to fit on, or data.validation");
        if (definitions.Any(definition => definition.NeedsLabels || definition.NeedsClassLogits) && bank.Find(row => string.IsNullOrWhiteSpace(row.Label)) is { } bare)
            throw new FathomException($"{place}: line {bare.LineNumber} has no label, which a detector of evaluate.ood needs; name its field (data.label_field)");
        IReadOnlyList<int> classTokens = isClassifier || !definitions.Any(definition => definition.NeedsClassLogits) ? []
            : ClassTokens.Find(whole => tokenizer.Encode(whole), text(bank[0]), [.. bank.Select(row => row.Label!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        return new OodAuroc(definitions, Inputs(bank, place), Read(ood.Id!), Read(ood.Ood!), classTokens);

        List<TraceInput> Read(string path) => Inputs(RecipeRows.OfDetectors(path, recipe.Data, ood.Limit, labelled: false), path);

        List<TraceInput> Inputs(List<DataRow> rows, string from) => [.. rows.Select((row, i) => new TraceInput { Index = i, Text = row.Text, Label = row.Label, PromptTokens = prompt(row, from) })];
    }
}
