using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Fits detectors on a stream of traces in one pass. Statistics that several detectors need are computed once; memory is
/// layers × width (a bank of embeddings, where a detector keeps one, grows by width a sample). The order of the samples does not
/// matter, and fitters over parts of the data merge into one over all of it. Not for several threads at once.
/// </summary>
public sealed partial class DetectorFitter
{
    private readonly IReadOnlyList<DetectorDefinition> _definitions;
    private readonly TraceOrigin _origin;
    private readonly StatisticKey[] _keys;
    private readonly FitPart[] _parts;
    private readonly int _textCharacters;

    /// <summary>Starts an empty fit.</summary>
    /// <param name="definitions">What to fit.</param>
    /// <param name="origin">How the traces were made.</param>
    /// <param name="folds">Parts kept apart so that detectors can be built without one of them; 1 = none. Memory grows with it.</param>
    /// <param name="textCharacters">How many characters of every sample's text are kept (<see cref="CalibrationOptions.TextCharacters"/>); 0 = none.</param>
    /// <exception cref="FathomException">A setting is out of range, a name comes twice, or the model does not allow a detector.</exception>
    public DetectorFitter(IReadOnlyList<DetectorDefinition> definitions, TraceOrigin origin, int folds = 1, int textCharacters = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(textCharacters);
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 1);
        origin.Validate();
        if (definitions.Count == 0) throw new FathomException("no detector to fit; expected at least one");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            if (!names.Add(definition.Name)) throw new FathomException($"detector '{definition.Name}' is named twice; give one of them another name");
            definition.Validate(origin);
        }

        _ = DropoutNeeds.Of(definitions);
        _definitions = [.. definitions];
        _origin = origin;
        _textCharacters = textCharacters;
        _keys = [.. definitions.SelectMany(static definition => definition.RequiredStatistics).Distinct(), .. textCharacters > 0 ? [new TextsKey(textCharacters)] : Array.Empty<StatisticKey>()];
        EnsureMemory(_keys, origin, folds);
        _parts = new FitPart[folds];
        for (var i = 0; i < folds; i++)
        {
            _parts[i] = new FitPart(_keys, origin);
        }
    }

    /// <summary>Number of samples seen.</summary>
    public int Count => _parts.Sum(static part => part.Count);

    /// <summary>Pooling modes the traces must have.</summary>
    public IReadOnlyList<Pooling> RequiredPoolings => [.. _definitions.SelectMany(static definition => definition.RequiredPoolings).Distinct().Order()];

    /// <summary>Passes with dropout the traces must have; <see langword="null"/>: none.</summary>
    public DropoutOptions? RequiredDropout => DropoutNeeds.Of(_definitions);

    /// <summary>Sees one sample.</summary>
    /// <exception cref="FathomException">The trace lacks what a detector needs, holds NaN or is of another model; the message names the sample.</exception>
    public void Add(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        foreach (var definition in _definitions)
        {
            if (definition.RequiredDropout is { } dropout) _ = TraceChecks.DropoutPasses(trace, dropout.Passes);
            if (definition.NeedsLabels && string.IsNullOrEmpty(trace.Label))
            {
                throw new FathomException($"{TraceChecks.Name(trace)}: no label; detector '{definition.Name}' needs labelled data: name the field with --label-field");
            }
        }

        _parts[FoldOf(trace)].Add(trace);
    }

    /// <summary>Takes in what a fitter of the same definitions, origin and folds has seen.</summary>
    public void MergeWith(DetectorFitter other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!_keys.SequenceEqual(other._keys) || _origin != other._origin || _parts.Length != other._parts.Length)
        {
            throw new ArgumentException("only fitters of the same detectors, model and folds merge", nameof(other));
        }

        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i].MergeWith(other._parts[i]);
        }
    }

    /// <summary>The detectors fitted on all samples so far.</summary>
    /// <exception cref="FathomException">There was none, or a detector needs calibration.</exception>
    public FittedDetectorSet Build()
    {
        EnsureNoCalibration();
        return BuildFrom(_parts);
    }

    /// <summary>The detectors fitted on all samples but those of one fold.</summary>
    /// <exception cref="FathomException">None is left, or a detector needs calibration.</exception>
    public FittedDetectorSet BuildWithout(int fold)
    {
        EnsureNoCalibration();
        return BuildFrom(PartsWithout(fold));
    }

    /// <summary>The fold a sample belongs to; depends on its place in the data alone.</summary>
    public int FoldOf(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return FoldOf(trace.Index, _parts.Length);
    }

    /// <summary>Refuses samples that cross-fitting could not split, before anything is computed of them.</summary>
    /// <param name="indices">Their places in the data.</param>
    /// <param name="options">How many folds there will be.</param>
    /// <exception cref="FathomException">All of them belong to one fold.</exception>
    public static void EnsureCanCrossFit(IEnumerable<long> indices, CalibrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(options);
        var (count, folds) = (0, new HashSet<int>());
        foreach (var index in indices)
        {
            count++;
            folds.Add(FoldOf(index, options.Folds));
        }

        if (folds.Count < 2) throw TooFew(count);
    }

    private static int FoldOf(long index, int folds) =>
        (int)(Tensors.CounterRandom.Philox(((uint)index, 0, 0, 0), (0x666F6C64, 0)).A % (uint)folds);

    private static FathomException TooFew(int count) =>
        new($"thresholds: {count} samples cannot be split for calibration; give more in-distribution samples (20 or more are sensible)");

    /// <summary>Fits on a stream in one pass.</summary>
    /// <exception cref="FathomException">As for the constructor and <see cref="Add"/>; or the stream is empty.</exception>
    public static FittedDetectorSet Fit(IReadOnlyList<DetectorDefinition> definitions, TraceOrigin origin, IEnumerable<Trace> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var fitter = new DetectorFitter(definitions, origin);
        foreach (var trace in traces)
        {
            fitter.Add(trace);
        }

        return fitter.Build();
    }

    /// <summary>Fits on an asynchronous stream in one pass.</summary>
    /// <exception cref="FathomException">As for <see cref="Fit"/>.</exception>
    public static async Task<FittedDetectorSet> FitAsync(
        IReadOnlyList<DetectorDefinition> definitions, TraceOrigin origin, IAsyncEnumerable<Trace> traces, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var fitter = new DetectorFitter(definitions, origin);
        await foreach (var trace in traces.WithCancellation(cancellation))
        {
            fitter.Add(trace);
        }

        return fitter.Build();
    }

    /// <summary>
    /// Fits on all samples and calibrates: thresholds, p-values, the scale of combined detectors. Without held-out samples by
    /// cross-fitting: every sample is scored by detectors that were fitted without its fold, so that a detector which memorises its fit
    /// set gets an honest threshold; the traces are then read twice.
    /// </summary>
    /// <param name="definitions">What to fit.</param>
    /// <param name="origin">How the traces were made.</param>
    /// <param name="traces">In-distribution samples to fit on.</param>
    /// <param name="options">How thresholds are found.</param>
    /// <param name="data">Held-out samples, groups, out-of-distribution samples.</param>
    /// <exception cref="FathomException">As for <see cref="Fit"/>; or there are too few samples to leave some out.</exception>
    public static FittedDetectorSet FitCalibrated(
        IReadOnlyList<DetectorDefinition> definitions, TraceOrigin origin, IEnumerable<Trace> traces, CalibrationOptions? options = null, CalibrationData? data = null)
    {
        ArgumentNullException.ThrowIfNull(traces);
        options ??= new CalibrationOptions();
        options.Validate();
        var fitter = new DetectorFitter(definitions, origin, data?.HeldOut is null ? options.Folds : 1, options.TextCharacters);
        foreach (var trace in traces)
        {
            fitter.Add(trace);
        }

        return fitter.Calibrate(traces, options, data);
    }

    private static string GroupOf(Trace trace, CalibrationData data)
    {
        if (data.GroupOf is null) return "";
        return data.GroupOf(trace) is { Length: > 0 } group ? group : throw new FathomException($"{TraceChecks.Name(trace)}: has no group; every calibration sample needs one");
    }

    private IEnumerable<FitPart> PartsWithout(int fold) => _parts.Where((_, i) => i != fold);

    private void EnsureNoCalibration()
    {
        if (_definitions.FirstOrDefault(static definition => definition.NeedsCalibration) is { } needy) throw new FathomException($"detector '{needy.Name}' puts its members on one scale by calibration: fit it with {nameof(FitCalibrated)}");
    }

    // One part a fold, and one more that they are merged into.
    private static void EnsureMemory(StatisticKey[] keys, TraceOrigin origin, int folds)
    {
        var needed = keys.Sum(key => key.Bytes(origin)) * (folds + 1.0);
        MemoryCheck.Ensure(needed, $"full covariances of {origin.Entries} layers of width {origin.Width} in {folds} folds", $"use detectors without full covariance{(folds > 1 ? ", or held-out samples (--calibration), which need no folds" : "")}");
    }

    private FittedDetectorSet BuildFrom(IEnumerable<FitPart> parts)
    {
        var merged = new FitPart(_keys, _origin);
        foreach (var part in parts)
        {
            merged.MergeWith(part);
        }

        if (merged.Count == 0) throw new FathomException("no sample to fit on; expected at least one in-distribution sample");
        var state = new FitState(_origin, merged.Count, merged.Finish());
        return new FittedDetectorSet(state, merged.Hash.ToString(), [.. _definitions.Select(definition => definition.Build(state))], GuardParts.None with { HasTexts = _textCharacters > 0 });
    }
}
