using System.Text.Json.Nodes;
using Fathom.Cli.Models;
using Fathom.Training;

namespace Fathom.Cli.Quickstart;

/// <summary>The model's answers in an evaluation's samples, marked where a right answer is known.</summary>
internal sealed class QuickstartAnswers
{
    private const int OwnExamples = 3;

    private QuickstartAnswers(IReadOnlyList<SetAccuracy> accuracy, IReadOnlyList<AnsweredQuestion> examples)
    {
        Accuracy = accuracy;
        Examples = examples;
    }

    /// <summary>The sets that have right answers.</summary>
    public IReadOnlyList<SetAccuracy> Accuracy { get; }

    /// <summary>The first questions of the model's own kind and the first of every other set.</summary>
    public IReadOnlyList<AnsweredQuestion> Examples { get; }

    /// <summary>Marks the samples of <c>samples.jsonl</c>.</summary>
    public static QuickstartAnswers Of(IReadOnlyList<SampleSet> sets, IReadOnlyList<JsonObject> lines)
    {
        var accuracy = new List<SetAccuracy>();
        var examples = new List<AnsweredQuestion>();
        foreach (var set in sets)
        {
            var answers = set.Samples.ToDictionary(sample => sample.Index, sample => sample.Answer);
            var answered = lines
                .Where(line => (string)line["set"]! == set.Name && (string)line["role"]! != "fit")
                .Select(line => Mark(set.Name, line, answers[(int)line["index"]!]))
                .ToList();
            examples.AddRange(answered.Take(examples.Count == 0 ? OwnExamples : 1));
            if (answered.TrueForAll(answer => answer.Right is not null)) accuracy.Add(new SetAccuracy(set.Name, answered.Count, answered.Count(answer => answer.Right == true)));
        }

        return new QuickstartAnswers(accuracy, examples);
    }

    private static AnsweredQuestion Mark(string set, JsonObject line, string? answer)
    {
        var output = ((string)line["output"]!).Trim();
        return new AnsweredQuestion(set, (string)line["text"]!, output, answer is null ? null : AnswerAccuracy.Agrees(output, answer));
    }
}
