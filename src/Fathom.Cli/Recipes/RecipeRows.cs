using Fathom.Formats;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>The rows a recipe learns from, and those it measures on.</summary>
internal static class RecipeRows
{
    /// <summary>Rows to learn from.</summary>
    public static IEnumerable<DataRow> Training(DataRecipe data) =>
        data.Generator is { } generator ? Limited(GeneratedProblems.Rows(generator), data.Limit) : Limited(File(data.Train!, data, data.Take), data.Limit);

    /// <summary>Rows to measure on, or null.</summary>
    public static IEnumerable<DataRow>? Validation(DataRecipe data) =>
        data.ValidationGenerator is { } generator ? GeneratedProblems.Rows(generator)
        : data.Validation is { } file ? File(file, data, data.ValidationTake)
        : null;

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

    private static IEnumerable<DataRow> Limited(IEnumerable<DataRow> rows, int? limit) => limit is { } most ? rows.Take(most) : rows;
}
