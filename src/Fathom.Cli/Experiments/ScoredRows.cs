using System.Text.Json.Nodes;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Experiments;

/// <summary>The sets of one seed scored, with a line of <c>samples.jsonl</c> for every row.</summary>
internal sealed class ScoredRows(FittedDetectorSet detectors)
{
    private readonly List<JsonObject> _lines = [];

    /// <summary>One object a row: set, role (<c>fit</c>, <c>test</c>, <c>ood</c>), label, then as in <c>ood evaluate</c>.</summary>
    public IReadOnlyList<JsonObject> Lines => _lines;

    /// <summary>Scores the rows of a set.</summary>
    /// <param name="name">Name of the set.</param>
    /// <param name="role">What the rows are for.</param>
    /// <param name="traces">Their traces.</param>
    public ScoredSet Add(string name, string role, IEnumerable<Trace> traces)
    {
        var set = new ScoredSet(name, detectors);
        foreach (var trace in traces)
        {
            var scores = role == "fit" ? set.AddFitSample(trace) : set.Add(trace);
            var line = new JsonObject { ["set"] = name, ["role"] = role };
            if (trace.Label is { } label) line["label"] = label;
            foreach (var (key, value) in SampleJson.Of(trace, scores)) line[key] = value?.DeepClone();
            _lines.Add(line);
        }

        return set;
    }

    /// <summary>Share of rows whose class has the largest of the class logits; null where there are none, or no labels.</summary>
    public static double? Accuracy(IEnumerable<Trace> traces, IReadOnlyList<string> names)
    {
        var (right, all) = (0, 0);
        foreach (var trace in traces)
        {
            if (trace.ClassLogits is not { Length: > 0 } logits || trace.Label is not { } label) return null;
            all++;
            if (names[logits.AsSpan().IndexOf(logits.Max())] == label) right++;
        }

        return all == 0 ? null : (double)right / all;
    }
}
