using Fathom.Insight.Metrics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <content>Thresholds, p-values and the verdict.</content>
public sealed partial class FittedDetectorSet
{
    /// <summary>Thresholds by detector; empty when none were calibrated.</summary>
    public IReadOnlyDictionary<string, Threshold> Thresholds => Parts.Thresholds;

    /// <summary>Thresholds by detector and group, where calibration was by group and the group has enough samples for its own.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, Threshold>> GroupThresholds => Parts.GroupThresholds;

    /// <summary>Calibration scores by detector; empty when none were kept.</summary>
    public IReadOnlyDictionary<string, CalibrationScores> CalibrationScores => Parts.Scores;

    /// <summary>Name of the field that holds a sample's group; empty where thresholds are the same for all.</summary>
    public string GroupField => Parts.GroupField;

    /// <summary>The detector whose verdict is the verdict: the one chosen at the fit, otherwise the TV score of lowest order, otherwise the first.</summary>
    public FittedDetector Lead => Parts.Lead is { } lead ? this[lead.Detector] : Detectors.FirstOrDefault(static detector => detector.Name.StartsWith("tv", StringComparison.Ordinal)) ?? Detectors[0];

    /// <summary>Why that one leads, a sentence; empty where nobody said.</summary>
    public string LeadReason => Parts.Lead?.Reason ?? "";

    /// <summary>Whether a score of this detector lies above its threshold: that of the group where it has one, otherwise that of all samples.</summary>
    /// <exception cref="FathomException">The detector has no threshold.</exception>
    public bool IsOutside(string name, double score, string? group = null) =>
        score > (ThresholdOf(name, group) ?? throw new FathomException($"detector '{name}' has no threshold: fit it with calibration")).Value;

    /// <summary>The threshold a sample of this group meets; <see langword="null"/> where the detector has none.</summary>
    /// <exception cref="FathomException">There is no such detector.</exception>
    public Threshold? ThresholdOf(string name, string? group = null) =>
        HasOwn(this[name].Name, group) ? Parts.GroupThresholds[name][group!] : Parts.Thresholds.GetValueOrDefault(name);

    /// <summary>The p-value of a score, in its group where that has its own threshold; <see langword="null"/> where no calibration scores were kept.</summary>
    /// <exception cref="FathomException">There is no such detector, or the score is not finite.</exception>
    public double? PValue(string name, double score, string? group = null) =>
        Parts.Scores.TryGetValue(this[name].Name, out var scores) ? scores.PValue(score, HasOwn(name, group) ? group : null) : null;

    /// <summary>What one detector says of a score.</summary>
    /// <exception cref="FathomException">There is no such detector, or the score is not finite.</exception>
    public Verdict Judge(string name, double score, string? group = null) => new(
        name, score, ThresholdOf(name, group) is { } threshold ? score > threshold.Value : null, PValue(name, score, group), HasOwn(name, group) ? group : null);

    /// <summary>The verdict on one sample: that of <see cref="Lead"/>.</summary>
    /// <exception cref="FathomException">The sample cannot be scored; the message names it.</exception>
    public Verdict Judge(Trace trace, string? group = null) => Judge(Lead.Name, Lead.Score(trace), group);

    /// <summary>A monitor that tells over a stream when the inputs have moved, by the scores of <see cref="Lead"/> or another detector.</summary>
    /// <exception cref="FathomException">No calibration scores were kept, or a setting is out of range.</exception>
    public DriftMonitor MonitorDrift(DriftOptions? options = null, string? detector = null)
    {
        var name = detector ?? Lead.Name;
        return Parts.Scores.TryGetValue(this[name].Name, out var scores)
            ? new DriftMonitor(scores.ToArray(), options)
            : throw new FathomException($"drift: detector '{name}' has no calibration scores to compare with; fit it with calibration");
    }

    /// <summary>The same detectors with these thresholds.</summary>
    /// <exception cref="FathomException">A threshold is for a detector that is not in the set, or not finite.</exception>
    public FittedDetectorSet WithThresholds(IReadOnlyDictionary<string, Threshold> thresholds) =>
        With(Parts with { Thresholds = new Dictionary<string, Threshold>(thresholds, StringComparer.Ordinal) });

    /// <summary>The same detectors, led by this one.</summary>
    /// <exception cref="FathomException">There is no such detector.</exception>
    public FittedDetectorSet WithLead(string detector, string reason = "") => With(Parts with { Lead = new GuardLead(detector, reason) });

    private bool HasOwn(string name, string? group) =>
        group is not null && Parts.GroupThresholds.TryGetValue(name, out var groups) && groups.ContainsKey(group);
}
