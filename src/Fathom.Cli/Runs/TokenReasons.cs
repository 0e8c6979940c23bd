using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Insight.Detection;

namespace Fathom.Cli.Runs;

/// <summary>
/// Tokens at fault: every flagged sample is run again without each of its tokens, and the fall of the leading detector's score is that
/// token's share. What is run is kept in the folder, so that a killed run goes on.
/// </summary>
internal sealed class TokenReasons(VerbContext context, ModelSession session, RunFolder folder, PromptEncoder prompts, FittedDetectorSet detectors)
{
    private readonly FittedDetector _lead = detectors.Lead;

    /// <summary>The falls of every sample, by its index, in the order of the text.</summary>
    /// <param name="set">The data.</param>
    /// <param name="flagged">Indices and scores of the samples to explain.</param>
    /// <exception cref="OperationCanceledException">The person asked to stop; finished prompts are kept.</exception>
    public IReadOnlyDictionary<int, IReadOnlyList<TokenFall>> Find(SampleSet set, IReadOnlyList<(int Index, double Score)> flagged)
    {
        var plans = flagged.Select(entry => Plan(set.Samples[entry.Index])).ToArray();
        var variants = new List<Sample>();
        foreach (var (sample, plan, _) in plans)
        {
            for (var i = 0; i < plan.Windows.Count; i++)
            {
                var tokens = plan.Without(i);
                variants.Add(sample with { Index = variants.Count, PromptTokens = tokens, SuffixTokens = Math.Min(sample.SuffixTokens, tokens.Length - 1) });
            }
        }

        var scores = variants.Count == 0 ? [] : Scores(set, flagged, variants);
        var falls = new Dictionary<int, IReadOnlyList<TokenFall>>();
        var next = 0;
        for (var p = 0; p < plans.Length; p++)
        {
            var (sample, plan, parts) = plans[p];
            var own = new TokenFall[plan.Windows.Count];
            for (var i = 0; i < own.Length; i++)
            {
                var first = plan.Windows[i].First - plan.Windows[0].First;
                var (start, end) = (parts[first].Start, parts[first + plan.Windows[i].Count - 1].End);
                own[i] = new TokenFall(start, end, sample.Text[start..Math.Max(start, end)], flagged[p].Score - scores[next++]);
            }

            falls.Add(sample.Index, own);
        }

        return falls;
    }

    private (Sample Sample, OcclusionPlan Plan, (int Start, int End)[] Parts) Plan(Sample sample)
    {
        var (first, parts) = prompts.TextTokens(sample.Text);
        return (sample, OcclusionPlan.Of(sample.PromptTokens, first, parts.Length), parts);
    }

    private double[] Scores(SampleSet set, IReadOnlyList<(int Index, double Score)> flagged, List<Sample> variants)
    {
        var definition = _lead.Definition;

        // Where only the prompt counts, nothing more than the first token needs to be generated.
        var newTokens = definition.LooksAtOutput ? detectors.Origin.MaxNewTokens : 1;
        var job = new TraceJob(context, session, definition.RequiredPoolings, newTokens, definition.RequiredDropout, detectors.Origin.ClassTokenIds);
        var work = new SampleSet("why", FileHash.OfText($"{set.File.Sha256} {_lead.Name} {string.Join(',', flagged.Select(entry => entry.Index))}"), variants);
        context.Note($"tokens at fault: {flagged.Count} flagged samples, {variants.Count} prompts with something left out");
        job.Announce([work], folder.FolderPath);
        using var progress = context.StartProgress("tokens at fault", "prompts", variants.Count);
        using var store = job.OpenStore(folder.PathOf("why"), work, prompts);
        job.Run(work, store, progress);
        return [.. store.Read().Select(_lead.Score)];
    }
}
