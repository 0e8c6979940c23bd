using Fathom.Reasoning.WordProblems;

namespace Fathom.Cli.Quickstart;

/// <summary>One set of the quickstart.</summary>
/// <param name="Name">Its name and its file's.</param>
/// <param name="Kind">How far it is from what the model was taught.</param>
/// <param name="Says">What it is, in a few words.</param>
/// <param name="Problems">How its problems are made; null for texts that ship with the tool.</param>
/// <param name="Count">How many problems.</param>
internal sealed record QuickstartSet(string Name, QuickstartKind Kind, string Says, WordProblemOptions? Problems = null, int Count = 0)
{
    /// <summary>The sets, the model's own kind first. The seeds are none that the model was taught with.</summary>
    public static IReadOnlyList<QuickstartSet> All { get; } =
    [
        new("own", QuickstartKind.Own, "problems as taught, numbers held out", new() { Seed = 101, Part = WordProblemPart.HeldOut }, 300),
        new("near-steps", QuickstartKind.Near, "more steps", new() { Seed = 102, MinSteps = 3, MaxSteps = 4 }, 80),
        new("near-numbers", QuickstartKind.Near, "larger numbers", new() { Seed = 103, MinNumber = 100, MaxNumber = 900, MaxFactor = 30 }, 80),
        new("near-wording", QuickstartKind.Near, "other wording", new() { Seed = 104, Style = WordingStyle.HeldOut, Part = WordProblemPart.HeldOut }, 80),
        new("far-topics", QuickstartKind.Far, "other topics"),
        new("far-languages", QuickstartKind.Far, "other languages"),
        new("far-code", QuickstartKind.Far, "code"),
    ];

    /// <summary>The set's file as bytes: one JSON object a line with <c>question</c> and, for problems, the worked <c>answer</c>.</summary>
    /// <exception cref="FathomException">A file that ships with the tool is missing.</exception>
    public byte[] Content()
    {
        if (Problems is null) return File.ReadAllBytes(QuickstartFiles.FarSet(Name));
        var generator = new WordProblemGenerator(Problems);
        using var text = new MemoryStream();
        for (var i = 0; i < Count; i++)
        {
            var problem = generator.Generate(i);
            text.Write(System.Text.Encoding.UTF8.GetBytes(Output.JsonText.Compact(new System.Text.Json.Nodes.JsonObject { ["question"] = problem.Question, ["answer"] = problem.Solution }) + "\n"));
        }

        return text.ToArray();
    }
}
