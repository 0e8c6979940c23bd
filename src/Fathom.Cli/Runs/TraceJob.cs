using System.Globalization;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Runs;

/// <summary>
/// Runs the samples of sets through a model into stores that survive a kill, with progress over all of them. What a store already
/// holds is not run again.
/// </summary>
internal sealed class TraceJob
{
    private readonly VerbContext _context;
    private readonly ModelSession _session;
    private readonly IReadOnlyList<Pooling> _poolings;
    private readonly int _newTokens;
    private readonly DropoutOptions? _dropout;
    private readonly IReadOnlyList<int> _classTokens;

    public TraceJob(VerbContext context, ModelSession session, IReadOnlyList<Pooling> poolings, int newTokens, DropoutOptions? dropout = null, IReadOnlyList<int>? classTokens = null)
    {
        _classTokens = classTokens ?? [];
        _context = context;
        _session = session;
        _poolings = poolings;
        _newTokens = newTokens;
        _dropout = dropout;
    }

    /// <summary>Tokens to generate a sample at most.</summary>
    public int NewTokens => _newTokens;

    /// <summary>The class tokens whose logits are kept, as detectors store them.</summary>
    public string ClassTokens => string.Join(',', _classTokens.Select(token => token.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Whether these ways of pooling must know where the text ends.</summary>
    public static bool NeedsTextEnds(IReadOnlyList<Pooling> poolings) => poolings.Any(pooling => pooling is Pooling.SentenceMean or Pooling.SentenceLast);

    /// <summary>What went through the model so far.</summary>
    public TraceCounter Counter { get; } = new();

    /// <summary>Opens the store of a set.</summary>
    /// <exception cref="FathomException">It was begun with other settings, or cannot be written.</exception>
    public TraceStore OpenStore(string folder, SampleSet set, PromptEncoder prompts)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["model"] = _session.Model.Fingerprint,
            ["data"] = set.File.Sha256,
            ["template"] = prompts.Description,
            ["max_new_tokens"] = _newTokens.ToString(CultureInfo.InvariantCulture),
            ["poolings"] = string.Join(',', _poolings.Select(PoolingNames.NameOf)),
        };
        if (Describe(_dropout) is { } dropout) settings["dropout"] = dropout;
        if (_classTokens.Count > 0) settings["class_tokens"] = ClassTokens;
        return TraceStore.Open(folder, set.Samples.Count, settings);
    }

    /// <summary>Passes with dropout as settings say them; null for none.</summary>
    public static string? Describe(DropoutOptions? dropout) =>
        dropout is null ? null : string.Create(CultureInfo.InvariantCulture, $"{dropout.Passes} passes, rate {dropout.Rate}, sites {DropoutSiteNames.NameOf(dropout.Sites)}, seed {dropout.Seed}");

    /// <summary>Says what is about to be done and refuses what cannot fit.</summary>
    public void Announce(IReadOnlyList<SampleSet> sets, string folder) =>
        Workload.Of(sets, _session, _poolings.Count, _newTokens, _dropout?.Passes ?? 0).Announce(_context, folder);

    /// <summary>Runs what is missing of a set; every finished sample is in the store before the next batch begins.</summary>
    /// <exception cref="OperationCanceledException">The person asked to stop; finished samples are kept.</exception>
    public void Run(SampleSet set, TraceStore store, Progress progress)
    {
        var missing = new List<Sample>();
        foreach (var sample in set.Samples)
        {
            if (!store.Contains(sample.Index))
            {
                missing.Add(sample);
            }
        }

        if (missing.Count < set.Samples.Count)
        {
            foreach (var trace in store.Read())
            {
                Counter.Resumed(trace.PromptTokens.Length, trace.OutputTokens.Length);
            }

            progress.AlreadyDone(Counter.ResumedSamples);
        }

        if (missing.Count == 0)
        {
            return;
        }

        var start = _context.Time.GetTimestamp();
        foreach (var trace in _session.Trace(missing, _poolings, _newTokens, _dropout, _context.Stop, _classTokens))
        {
            store.Add(trace);
            Counter.Made(trace.PromptTokens.Length, trace.OutputTokens.Length);
            progress.Report(Counter.Samples, set.Name);
        }

        Counter.Spent(_context.Time.GetElapsedTime(start));
    }
}
