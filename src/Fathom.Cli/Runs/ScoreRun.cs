using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Reporting;
using Fathom.Cli.Verbs;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Runs;

/// <summary>The steps of scoring: trace what is missing, score and judge every sample in order, explain what is flagged.</summary>
internal sealed class ScoreRun(VerbContext context, ModelSession session, RunFolder folder, TraceJob job, PromptEncoder prompts, FittedDetectorSet detectors, SampleSet set)
{
    private const int StrangeQuestions = 20;
    private readonly SortedDictionary<string, int> _strayGroups = new(StringComparer.Ordinal);

    /// <summary>The lines of <c>samples.jsonl</c>.</summary>
    public List<JsonObject> Lines { get; } = [];

    /// <summary>All scores.</summary>
    public ScoredSet Scored { get; } = new(set.Name, detectors);

    /// <summary>The verdict on every sample.</summary>
    public List<Verdict> Verdicts { get; } = [];

    /// <summary>The strangest, for people to read.</summary>
    public Strangest Strangest { get; } = new(detectors, StrangeQuestions);

    /// <summary>The watch over the stream, where it was asked for.</summary>
    public DriftWatch? Drift { get; } = DriftFlags.OptionsOf(context) is { } options ? new DriftWatch(detectors, options) : null;

    /// <summary>Tokens at fault by sample, where they were asked for.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<TokenFall>> Tokens { get; private set; } = new Dictionary<int, IReadOnlyList<TokenFall>>();

    /// <summary>Groups that have no threshold of their own, with the number of their samples; "" for samples without a group.</summary>
    public IReadOnlyDictionary<string, int> StrayGroups => _strayGroups;

    /// <summary>Flagged samples, the strangest first.</summary>
    public IReadOnlyList<(int Index, double Score)> Flagged =>
        [.. Verdicts.Select((verdict, i) => (Index: i, verdict.Score, verdict.IsOutside)).Where(entry => entry.IsOutside == true).OrderByDescending(entry => entry.Score).ThenBy(entry => entry.Index).Select(entry => (entry.Index, entry.Score))];

    /// <summary>Runs to the end, or to where the person stops it.</summary>
    public void Run()
    {
        try
        {
            Score();
            if (context.Get(WhyFlags.Why) is not null) Explain();
        }
        catch (OperationCanceledException)
        {
            folder.Checkpoint();
            throw;
        }
    }

    private void Score()
    {
        using var progress = context.StartProgress("ood score", "samples", set.Samples.Count);
        using var store = job.OpenStore(folder.PathOf("traces"), set, prompts);
        job.Run(set, store, progress);
        foreach (var trace in store.Read())
        {
            var scores = Scored.Add(trace);
            var group = set.Samples[trace.Index].Group;
            var verdict = detectors.Judge(detectors.Lead.Name, scores.First(score => score.Key == detectors.Lead.Name).Value, group);
            if (detectors.GroupField.Length > 0 && verdict.Group is null) _strayGroups[group ?? ""] = _strayGroups.GetValueOrDefault(group ?? "") + 1;
            var line = SampleJson.Of(trace, scores, detectors, verdict, group);
            if (Drift is not null) line["drift"] = Drift.Add(verdict.Score);
            if (verdict.IsOutside == true) line["why"] = FlagReasons.Of(trace, detectors);
            Lines.Add(line);
            Verdicts.Add(verdict);
            Strangest.Add(trace, verdict.Score);
        }
    }

    private void Explain()
    {
        (int Index, double Score)[] flagged = [.. Flagged.Take(context.Get(WhyFlags.Limit) ?? WhyFlags.DefaultLimit)];
        Tokens = new TokenReasons(context, session, folder, prompts, detectors).Find(set, flagged);
        foreach (var (index, tokens) in Tokens) Lines[index]["why"]!["tokens"] = FlagReasons.Of(tokens);
    }
}
