using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Output;
using Fathom.Training;

namespace Fathom.Cli.Recipes;

/// <summary>Shows training on standard error: step, loss, speed, time left, and on a terminal the curve of the loss. Keeps the times in <c>timings.jsonl</c>, apart from what must be the same in every run.</summary>
internal sealed class TrainingProgress : ITrainingObserver, IDisposable
{
    private const double Smoothing = 0.1;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Redirected = TimeSpan.FromSeconds(5);
    private readonly VerbContext _context;
    private readonly double _peakGigaflops;
    private readonly StreamWriter _timings;
    private readonly LossCurve _curve = new();
    private readonly long _start;
    private long _last;
    private long _lastShown;
    private int _firstStep;
    private double _smoothLoss = double.NaN;
    private double _seconds;
    private double _operations;
    private long _tokens;

    public TrainingProgress(VerbContext context, string timingsPath, double peakGigaflops)
    {
        (_context, _peakGigaflops) = (context, peakGigaflops);
        _timings = new StreamWriter(timingsPath, append: true) { NewLine = "\n", AutoFlush = true };
        _start = _last = _lastShown = context.Time.GetTimestamp();
    }

    /// <summary>Tokens computed by this process.</summary>
    public long Tokens => _tokens;

    /// <summary>Speed of this process, for run.json.</summary>
    public JsonObject ToJson() => new()
    {
        ["tokens"] = _tokens,
        ["step_seconds"] = Math.Round(_seconds, 3),
        ["tokens_per_second"] = _seconds > 0 ? Math.Round(_tokens / _seconds, 1) : null,
        ["gigaflops"] = _seconds > 0 ? Math.Round(_operations / _seconds / 1e9, 2) : null,
        ["peak_gigaflops"] = Math.Round(_peakGigaflops, 1),
    };

    public void OnResumed(int step)
    {
        _firstStep = step;
        _context.Note($"going on after step {step}");
        _last = _context.Time.GetTimestamp();
    }

    public void OnStep(StepReport step)
    {
        var now = _context.Time.GetTimestamp();
        var seconds = _context.Time.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
        _seconds += seconds;
        _operations += step.Operations;
        _tokens += step.Tokens;
        _smoothLoss = double.IsNaN(_smoothLoss) ? step.Loss : _smoothLoss + Smoothing * (step.Loss - _smoothLoss);
        _curve.Add(_smoothLoss);
        _timings.WriteLine(JsonText.Compact(new JsonObject
        {
            ["step"] = step.Step,
            ["seconds"] = Math.Round(seconds, 6),
            ["tokens_per_second"] = Math.Round(step.Tokens / seconds, 1),
            ["gigaflops"] = Math.Round(step.Operations / seconds / 1e9, 3),
        }));
        if (_context.Quiet || (step.Step < step.Steps && _context.Time.GetElapsedTime(_lastShown, now) < (_context.Terminal.ErrorIsTerminal ? OnTerminal : Redirected))) return;
        _lastShown = now;
        if (_context.Terminal.ErrorIsTerminal) _context.Terminal.ShowStatus(Fitted($"{Line(step, brief: true)} {_curve.Draw()}"));
        else _context.Terminal.Say(Line(step, brief: false));
    }

    public void OnEvaluation(int step, IReadOnlyDictionary<string, double> values)
    {
        _context.Note($"step {step}: {string.Join(", ", values.Select(pair => $"{pair.Key} {pair.Value.ToString("F4", CultureInfo.InvariantCulture)}"))}");
        _last = _context.Time.GetTimestamp();
    }

    public void OnCheckpoint(int step) => _last = _context.Time.GetTimestamp();

    public void Dispose()
    {
        if (!_context.Quiet) _context.Terminal.EndStatus();
        _timings.Dispose();
    }

    // A status line that wraps cannot be taken back.
    private static string Fitted(string line)
    {
        var width = Console.WindowWidth;
        return width < 2 || line.Length < width ? line : line[..(width - 1)];
    }

    private string Line(StepReport step, bool brief)
    {
        var gigaflops = _operations / _seconds / 1e9;

        // A share above one says that the probe ran beside other work, and nothing about this run.
        var share = _peakGigaflops >= gigaflops ? $" ({(100 * gigaflops / _peakGigaflops).ToString("F0", CultureInfo.InvariantCulture)} % of peak)" : "";
        var perStep = _context.Time.GetElapsedTime(_start).TotalSeconds / Math.Max(1, step.Step - _firstStep);
        var left = Units.Duration(TimeSpan.FromSeconds(perStep * (step.Steps - step.Step)));
        var speed = $"{Units.Rate(_tokens / _seconds)} tokens/s, {Units.Rate(gigaflops)} GFLOP/s{share}, {left} left";
        return brief
            ? string.Create(CultureInfo.InvariantCulture, $"train: {step.Step}/{step.Steps}, loss {_smoothLoss:F4}, {speed}")
            : string.Create(CultureInfo.InvariantCulture, $"train: {step.Step}/{step.Steps} steps, loss {step.Loss:F4} (smooth {_smoothLoss:F4}), {speed}, {Units.Bytes(Environment.WorkingSet)} resident");
    }
}
