using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.Output;
using Fathom.Insight.Detection;
using Fathom.Insight.Metrics;
using Fathom.Reports;

namespace Fathom.Cli.Runs;

/// <summary>Watches the scores of the leading detector in the order of the samples.</summary>
internal sealed class DriftWatch
{
    private readonly DriftOptions _options;
    private readonly DriftMonitor _monitor;
    private readonly string _detector;
    private readonly string _source;
    private readonly List<double> _capital = [];

    public DriftWatch(FittedDetectorSet detectors, DriftOptions options)
    {
        _options = options;
        _detector = detectors.Lead.Name;
        _source = detectors.Thresholds.TryGetValue(_detector, out var threshold) ? threshold.Source : "";
        _monitor = detectors.MonitorDrift(options);
    }

    /// <summary>Place of the sample that raised the alarm, from 0; null while there was none.</summary>
    private long? AlarmIndex => _monitor.AlarmAt - 1;

    /// <summary>Takes in the next score; what <c>samples.jsonl</c> says of it.</summary>
    public JsonObject Add(double score)
    {
        var step = _monitor.Add(score);
        _capital.Add(step.LogCapital);
        return new JsonObject { ["p_value"] = JsonText.Number(step.PValue), ["log_capital"] = JsonText.Number(step.LogCapital), ["alarm"] = step.IsAlarm };
    }

    /// <summary>For <c>result.json</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["detector"] = _detector,
        ["false_alarm_rate"] = _options.FalseAlarmRate,
        ["calibration_source"] = _source,
        ["samples"] = _monitor.Count,
        ["alarm"] = AlarmIndex is not null,
        ["alarm_index"] = AlarmIndex,
        ["log_capital"] = JsonText.Number(_monitor.LogCapital),
        ["alarm_log_capital"] = JsonText.Number(-Math.Log(_options.FalseAlarmRate)),
    };

    /// <summary>For people, a line.</summary>
    public string Spoken()
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"chance of a false alarm over the whole stream {(_source == "held_out" ? "at most" : "about")} {_options.FalseAlarmRate:P1}");
        return AlarmIndex is { } index
            ? $"drift: the inputs have moved; noticed at sample {index} of {_monitor.Count} ({rate})"
            : $"drift: no sign that the inputs have moved in {_monitor.Count} samples ({rate})";
    }

    /// <summary>For the report.</summary>
    public DriftPicture Picture() => new(
        [.. _capital.Select(value => value / Math.Log(10))],
        -Math.Log10(_options.FalseAlarmRate),
        AlarmIndex,
        Spoken());
}
