using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Output;
using Fathom.Cli.Verbs;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Runs;

/// <summary>The steps of a fit: trace the samples to fit on, to calibrate with and to tell apart from; fit; calibrate; write the file.</summary>
internal sealed partial class GuardFit(VerbContext context, ModelSession session, PromptEncoder prompts, DetectorChoice choice, CalibrationOptions options)
{
    /// <summary>What went through the model.</summary>
    public TraceCounter Counter { get; private set; } = new();

    /// <summary>Fits and writes.</summary>
    /// <exception cref="FathomException">The data cannot be read, or do not allow what was asked for.</exception>
    /// <exception cref="OperationCanceledException">The person asked to stop; the traces are kept and the same command goes on.</exception>
    public FittedDetectorSet Run(string path)
    {
        var definitions = choice.Definitions;
        var newTokens = context.Get(PromptFlags.MaxNewTokens) ?? OodFlags.DefaultNewTokens;
        var groupField = context.Get(CalibrationFlags.GroupField);
        var parts = ShardFlags.PartsOf(context);
        var data = Read(context.Required(DataFlags.Data), newTokens, bare: false);
        var held = context.Get(CalibrationFlags.Calibration) is { } calibration ? Read(calibration, newTokens, bare: true) : null;
        var ood = context.Get(CalibrationFlags.Ood) is { } other ? Read(other, newTokens, bare: true) : null;
        if (groupField is not null) (held ?? data).EnsureGroups(groupField);
        if (held is not null) WarnOfOverlap(data, held);
        EnsureFits(data, held is null && parts.Count == 0);
        var job = new TraceJob(context, session, OodFlags.Poolings(definitions), newTokens, DropoutNeeds.Of(definitions), OodFlags.ClassTokens(definitions, data, prompts, session));
        Counter = job.Counter;
        IReadOnlyList<SampleSet> sets = [data, .. held is null ? [] : new[] { held }, .. ood is null ? [] : new[] { ood }];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (sets.Count > 0) job.Announce(sets, Path.GetDirectoryName(path)!);
        context.Note($"prompt: {prompts.Spoken}");

        // The traces live beside the detectors until these are whole, so that a killed fit goes on; then they have served.
        var traces = path + ".traces";
        FittedDetectorSet detectors;
        using (var progress = context.StartProgress("ood fit", "samples", sets.Sum(set => set.Samples.Count)))
        {
            using var store = parts.Count > 0 ? null : Trace(job, traces, "fit", data, progress);
            using var heldStore = held is null ? null : Trace(job, traces, "calibration", held, progress);
            using var oodStore = ood is null ? null : Trace(job, traces, "ood", ood, progress);
            var calibrating = held ?? data;
            var against = new CalibrationData
            {
                HeldOut = heldStore?.Read(),
                Sha256 = calibrating.File.Sha256,
                GroupOf = groupField is null ? null : trace => calibrating.Samples[trace.Index].Group,
                GroupField = groupField ?? "",
                OutOfDistribution = oodStore?.Read(),
                OutOfDistributionSha256 = ood?.File.Sha256 ?? "",
            };
            var origin = OriginOf(job, newTokens);
            detectors = (store is null
                ? Merged(parts, data, origin).Calibrate(TracesOfParts(parts, job, data), options, against)
                : DetectorFitter.FitCalibrated(definitions, origin, store.Read(), options, against)).WithLead(choice.Lead.Detector, choice.Lead.Reason);
            detectors.Save(path);
        }

        if (Directory.Exists(traces)) Directory.Delete(traces, recursive: true);
        return detectors;
    }

    // What the fit would find out after all samples went through the model is said before.
    private void EnsureFits(SampleSet data, bool crossFitted)
    {
        if (choice.Definitions.FirstOrDefault(definition => definition.NeedsLabels) is { } labelled && data.Samples.FirstOrDefault(sample => string.IsNullOrEmpty(sample.Label)) is { } bare)
        {
            throw new FathomException($"{data.File.Path}: sample {bare.Index} has no label; detector '{labelled.Name}' needs labelled data: name the field with --label-field");
        }

        if (crossFitted) DetectorFitter.EnsureCanCrossFit(data.Samples.Select(sample => (long)sample.Index), options);
    }

    private SampleSet Read(string file, int newTokens, bool bare) => SampleSet.Read(
        file, context, prompts, session.Model.Config.ContextLength, newTokens, TraceJob.NeedsTextEnds(OodFlags.Poolings(choice.Definitions)), context.Get(CalibrationFlags.GroupField), bare);

    private TraceJob NewJob(SampleSet data, int newTokens)
    {
        var definitions = choice.Definitions;
        var job = new TraceJob(context, session, OodFlags.Poolings(definitions), newTokens, DropoutNeeds.Of(definitions), OodFlags.ClassTokens(definitions, data, prompts));
        Counter = job.Counter;
        return job;
    }

    private TraceOrigin OriginOf(TraceJob job, int newTokens) => session.Origin(prompts, context.Get(DataFlags.TextField), newTokens, job.ClassTokens, context.Get(DataFlags.Trim));

    private TraceStore Trace(TraceJob job, string folder, string name, SampleSet set, Progress progress)
    {
        var store = job.OpenStore(Path.Combine(folder, name), set, prompts);
        try
        {
            job.Run(set, store, progress);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private void WarnOfOverlap(SampleSet data, SampleSet held)
    {
        var known = data.Samples.Select(sample => sample.Text).ToHashSet(StringComparer.Ordinal);
        var shared = held.Samples.Count(sample => known.Contains(sample.Text));
        if (shared > 0) context.Note($"warning: {shared} of the {held.Samples.Count} calibration texts are also fitted on; their scores are too low, so the thresholds promise less: keep the two files apart");
    }
}
