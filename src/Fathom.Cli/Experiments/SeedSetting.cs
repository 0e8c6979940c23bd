using System.Text.Json.Nodes;
using Fathom.Cli.Runs;

namespace Fathom.Cli.Experiments;

/// <summary>The rows of one repetition.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Train">To teach the model.</param>
/// <param name="Fit">To fit the detectors.</param>
/// <param name="Test">In-distribution rows to test on.</param>
/// <param name="Foreign">Out-of-distribution sets by name.</param>
/// <param name="Known">The known classes in the order drawn; empty without drawn classes.</param>
internal sealed record SeedSetting(
    int Seed,
    IReadOnlyList<ExperimentText> Train,
    IReadOnlyList<ExperimentText> Fit,
    IReadOnlyList<ExperimentText> Test,
    IReadOnlyList<(string Name, IReadOnlyList<ExperimentText> Texts)> Foreign,
    IReadOnlyList<string> Known)
{
    /// <summary>All texts that go through the model.</summary>
    public IEnumerable<ExperimentText> Texts => Fit.Concat(Test).Concat(Foreign.SelectMany(set => set.Texts));

    /// <summary>Writes the rows as files, so that anyone can repeat a step by hand.</summary>
    public void Write(RunFolder folder, string under)
    {
        Directory.CreateDirectory(folder.PathOf(under));
        folder.WriteLines(Path.Combine(under, "train.jsonl"), Train.Select(Line));
        folder.WriteLines(Path.Combine(under, "fit.jsonl"), Fit.Select(Line));
        folder.WriteLines(Path.Combine(under, "test.jsonl"), Test.Select(Line));
        foreach (var (name, texts) in Foreign) folder.WriteLines(Path.Combine(under, $"ood-{name}.jsonl"), texts.Select(Line));
    }

    private static JsonObject Line(ExperimentText text)
    {
        var line = new JsonObject { ["text"] = text.Text };
        if (text.Label is { } label) line["label"] = label;
        if (text.Answer is { } answer) line["answer"] = answer;
        return line;
    }
}
