using Fathom.Formats;
using Fathom.Insight.Evaluation;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>The rows a recipe learns from, and those it measures on.</summary>
internal static class RecipeRows
{
    /// <summary>Rows to learn from.</summary>
    public static IEnumerable<DataRow> Training(DataRecipe data) =>
        data.Generator is { } generator ? Limited(GeneratedProblems.Rows(generator), data.Limit) : Limited(Shots(File(data.Train!, data, data.Take), data, data.Train!), data.Limit);

    /// <summary>Rows to measure on, or null.</summary>
    public static IEnumerable<DataRow>? Validation(DataRecipe data) =>
        data.ValidationGenerator is { } generator ? GeneratedProblems.Rows(generator)
        : data.Validation is { } file ? Shots(File(file, data, data.ValidationTake), data, file)
        : null;

    /// <summary>Rows of a file that detectors are fitted on or tried on; those tried on need no label.</summary>
    public static List<DataRow> OfDetectors(string path, DataRecipe data, int? limit, bool labelled) =>
        [.. Limited(DataSet.Read(path, new DataOptions { TextField = data.TextField, LabelField = labelled ? data.LabelField : null, Trim = data.Trim }), limit)];

    /// <summary>What the training rows are called in messages.</summary>
    public static string NameOf(string? file) => file ?? "generated problems";

    private static IEnumerable<DataRow> File(string path, DataRecipe data, TakeRecipe? take)
    {
        var any = false;
        foreach (var row in DataSet.Read(path, new DataOptions { TextField = data.TextField, AnswerField = data.AnswerField, LabelField = data.LabelField, Trim = data.Trim }))
        {
            if (take is not null && !take.Takes(row.Index)) continue;
            any = true;
            yield return row;
        }

        if (!any) throw new FathomException($"{path}: the rule 'take' leaves no row");
    }

    // Drawn class by class, so all rows are read before the first is given.
    private static IEnumerable<DataRow> Shots(IEnumerable<DataRow> rows, DataRecipe data, string path)
    {
        if (data.Shots is not { } shots) return rows;
        var all = rows.ToList();
        if (all.Find(row => string.IsNullOrWhiteSpace(row.Label)) is { } bare) throw new FathomException($"{path}: line {bare.LineNumber} has no label, and data.shots draws rows of every class; name its field (data.label_field)");
        if (all.CountBy(row => row.Label!).Where(pair => pair.Value < shots).Select(pair => $"'{pair.Key}' has only {pair.Value}").FirstOrDefault() is { } few)
            throw new FathomException($"{path}: data.shots asks for {shots} rows of every class, class {few}; lower data.shots or leave the class out");
        return NearOodSplits.FewShot([.. all.Select(row => row.Label!)], shots, data.ShotsSeed ?? 1).Select(place => all[place]);
    }

    private static IEnumerable<DataRow> Limited(IEnumerable<DataRow> rows, int? limit) => limit is { } most ? rows.Take(most) : rows;
}
