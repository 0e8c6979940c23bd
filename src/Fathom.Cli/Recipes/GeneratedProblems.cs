using Fathom.Formats;
using Fathom.Reasoning.WordProblems;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>Problems that a recipe asks to be made, as rows of data.</summary>
internal static class GeneratedProblems
{
    /// <summary>The rows, made as they are asked for: field <c>question</c>, and <c>answer</c> with the worked answer.</summary>
    public static IEnumerable<DataRow> Rows(GeneratorRecipe recipe)
    {
        var generator = new WordProblemGenerator(new WordProblemOptions
        {
            Seed = (ulong)recipe.Seed,
            MinSteps = recipe.MinSteps,
            MaxSteps = recipe.MaxSteps,
            MinNumber = recipe.MinNumber,
            MaxNumber = recipe.MaxNumber,
            MaxFactor = recipe.MaxFactor,
            Style = recipe.Style == "held_out" ? WordingStyle.HeldOut : WordingStyle.Usual,
            Part = recipe.Part switch { "training" => WordProblemPart.Training, "held_out" => WordProblemPart.HeldOut, _ => WordProblemPart.All },
        });
        for (var i = 0; i < recipe.Count; i++)
        {
            var problem = generator.Generate(i);
            var fields = new Dictionary<string, DataValue>(StringComparer.Ordinal) { ["question"] = new(problem.Question), ["answer"] = new(problem.Solution) };
            yield return new DataRow(i, i + 1, fields, problem.Question, null, problem.Solution);
        }
    }
}
