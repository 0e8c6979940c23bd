using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <content>Sharing a fit among processes.</content>
public sealed partial class DetectorFitter
{
    internal IReadOnlyList<DetectorDefinition> Definitions => _definitions;

    internal TraceOrigin Origin => _origin;

    internal int TextCharacters => _textCharacters;

    internal FitPart[] Folds => _parts;

    /// <summary>
    /// Writes what was seen so far as one file, for <see cref="LoadPart"/> in another process: sums without rounding, so that merged
    /// parts give the bits of one fit over all samples, however they were shared out.
    /// </summary>
    /// <exception cref="FathomException">The file cannot be written.</exception>
    public void SavePart(string path) => FitPartFile.Write(path, this);

    /// <summary>Reads what <see cref="SavePart"/> wrote, to merge it or to go on with it.</summary>
    /// <exception cref="FathomException">The file is damaged, or no such file; the message names it.</exception>
    public static DetectorFitter LoadPart(string path) => FitPartFile.Read(path);

    /// <summary>Whether another fitter is of the same detectors, origin and folds, so that they merge; otherwise what differs.</summary>
    public string? DifferenceTo(DetectorFitter other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!_definitions.SequenceEqual(other._definitions)) return "detectors or their settings";
        if (_origin != other._origin) return "model, template or number of new tokens";
        if (_parts.Length != other._parts.Length) return "number of folds";
        return _textCharacters == other._textCharacters ? null : "number of characters kept of texts";
    }

    /// <summary>Fitted detectors with thresholds and p-values, as <see cref="FitCalibrated"/> gives them, of the samples seen so far.</summary>
    /// <param name="traces">The samples that were fitted on, again; not read where <paramref name="data"/> has held-out samples.</param>
    /// <param name="options">How thresholds are found; the folds are those of this fitter.</param>
    /// <param name="data">Held-out samples, groups, out-of-distribution samples.</param>
    /// <exception cref="FathomException">There are too few samples to leave some out, or one cannot be scored.</exception>
    public FittedDetectorSet Calibrate(IEnumerable<Trace> traces, CalibrationOptions? options = null, CalibrationData? data = null)
    {
        ArgumentNullException.ThrowIfNull(traces);
        options ??= new CalibrationOptions();
        data ??= new CalibrationData();
        options.Validate();
        var all = BuildFrom(_parts);
        var calibration = new Calibration(all);
        if (data.HeldOut is { } held)
        {
            foreach (var trace in held) calibration.Add(trace, all, GroupOf(trace, data));
            return calibration.Finish(options, data, "held_out");
        }

        if (_parts.Any(part => part.Count == Count))
        {
            throw TooFew(Count);
        }

        var without = new FittedDetectorSet?[_parts.Length];
        foreach (var trace in traces)
        {
            var fold = FoldOf(trace);
            calibration.Add(trace, without[fold] ??= BuildFrom(PartsWithout(fold)), GroupOf(trace, data));
        }

        return calibration.Finish(options, data, "cross_fit");
    }
}
