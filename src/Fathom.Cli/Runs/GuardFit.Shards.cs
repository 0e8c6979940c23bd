using Fathom.Cli.CommandLine;
using Fathom.Cli.Models;
using Fathom.Cli.Verbs;
using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Cli.Runs;

/// <content>A fit shared by several processes.</content>
internal sealed partial class GuardFit
{
    /// <summary>Traces one share of the samples and writes its part of the fit; the traces stay beside it.</summary>
    /// <returns>Number of samples of the share.</returns>
    /// <exception cref="FathomException">The data cannot be read, or have fewer samples than there are shares.</exception>
    /// <exception cref="OperationCanceledException">The person asked to stop; the traces are kept and the same command goes on.</exception>
    public int RunShare(string path, (int Share, int Of) share)
    {
        var newTokens = context.Get(PromptFlags.MaxNewTokens) ?? OodFlags.DefaultNewTokens;
        var data = Read(context.Required(DataFlags.Data), newTokens, bare: false);
        var own = data with { Samples = [.. data.Samples.Where(sample => sample.Index % share.Of == share.Share)] };
        if (own.Samples.Count == 0) throw new FathomException($"--shard {share.Share + 1}/{share.Of}: {data.File.Path} has {data.Samples.Count} samples, which leaves this share none; use fewer shares");
        var job = NewJob(data, newTokens);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        job.Announce([own], Path.GetDirectoryName(path)!);
        context.Note($"prompt: {prompts.Spoken}");
        using var progress = context.StartProgress("ood fit", "samples", own.Samples.Count);
        using var store = job.OpenStore(TracesOf(path), data, prompts);
        job.Run(own, store, progress);
        var folds = context.Get(CalibrationFlags.Calibration) is null ? options.Folds : 1;
        var fitter = new DetectorFitter(choice.Definitions, OriginOf(job, newTokens), folds, options.TextCharacters);
        foreach (var trace in store.Read()) fitter.Add(trace);
        fitter.SavePart(path);
        return fitter.Count;
    }

    private static string TracesOf(string path) => Path.Combine(path + ".traces", "fit");

    /// <summary>What the parts have seen together, all samples of the data and each once.</summary>
    private DetectorFitter Merged(IReadOnlyList<string> parts, SampleSet data, TraceOrigin origin)
    {
        var folds = context.Get(CalibrationFlags.Calibration) is null ? options.Folds : 1;
        var merged = new DetectorFitter(choice.Definitions, origin, folds, options.TextCharacters);
        foreach (var part in parts)
        {
            var fitter = DetectorFitter.LoadPart(part);
            if (merged.DifferenceTo(fitter) is { } difference) throw new FathomException($"{part}: was made with other {difference}: merge with the options of the parts, or make it again");
            merged.MergeWith(fitter);
        }

        return merged.Count == data.Samples.Count
            ? merged
            : throw new FathomException($"--merge: the {parts.Count} parts hold {merged.Count} samples and {data.File.Path} has {data.Samples.Count}; give every part once");
    }

    /// <summary>The traces that lie beside parts, in the order of the data.</summary>
    private IEnumerable<Trace> TracesOfParts(IReadOnlyList<string> parts, TraceJob job, SampleSet data)
    {
        var stores = new List<TraceStore>();
        try
        {
            foreach (var part in parts)
            {
                if (!Directory.Exists(TracesOf(part))) throw new FathomException($"{TracesOf(part)}: is not there; thresholds by cross-fitting need the traces beside a part: bring the folder, or give held-out samples with --calibration");
                stores.Add(job.OpenStore(TracesOf(part), data, prompts));
            }

            var next = new PriorityQueue<IEnumerator<Trace>, int>();
            foreach (var traces in stores.Select(store => store.Read().GetEnumerator()))
            {
                if (traces.MoveNext()) next.Enqueue(traces, traces.Current.Index);
            }

            while (next.TryDequeue(out var traces, out _))
            {
                yield return traces.Current;
                if (traces.MoveNext()) next.Enqueue(traces, traces.Current.Index);
            }
        }
        finally
        {
            foreach (var store in stores) store.Dispose();
        }
    }
}
