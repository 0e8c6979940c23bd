using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>When evaluations are due, what they give, and what follows from it.</summary>
internal sealed class EvaluationRound
{
    private readonly TrainerOptions _options;
    private readonly string _folder;
    private readonly bool _moreIsBetter;

    public EvaluationRound(TrainerOptions options, string folder)
    {
        (_options, _folder) = (options, folder);
        var metrics = options.Evaluations.SelectMany(evaluation => evaluation.Metrics).ToList();
        Watched = options.Watch ?? metrics.Select(pair => pair.Key).FirstOrDefault();
        _moreIsBetter = metrics.Find(pair => pair.Key == Watched).Value;
    }

    /// <summary>Name of the metric that says which step is best.</summary>
    public string? Watched { get; }

    public static JsonObject Line(int step, IReadOnlyDictionary<string, double> values)
    {
        var line = new JsonObject { ["step"] = step };
        foreach (var (name, value) in values) line[name] = double.IsFinite(value) ? value : null;
        return line;
    }

    public bool IsDue(int step, bool endsEpoch, bool isLast) => Watched is not null && (isLast || (endsEpoch && _options.EvaluateEveryEpoch) || (_options.EvaluateEvery > 0 && step % _options.EvaluateEvery == 0));

    public OrderedDictionary<string, double> Measure(ITrainable model, int step, CancellationToken stop)
    {
        using var moment = new TrainingMoment(model, step, _folder, _options.Companions, stop, _options.BaseFolder);
        var values = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var evaluation in _options.Evaluations)
        {
            foreach (var (name, value) in evaluation.Measure(moment)) values.Add(name, value);
        }

        return values;
    }

    /// <summary>The state after an evaluation, and whether it is the best so far.</summary>
    public (TrainerState State, bool Improved) Judge(TrainerState state, IReadOnlyDictionary<string, double> values)
    {
        var value = values[Watched!];
        var change = _options.EarlyStop?.MinimumChange ?? 0;
        var improved = double.IsFinite(value) && (state.BestValue is not { } best || (_moreIsBetter ? value > best + change : value < best - change) || (_options.Ties == Ties.Last && value == best));
        return improved
            ? (state with { BestStep = state.Step, BestValue = value, Stalled = 0 }, true)
            : (state with { Stalled = state.Stalled + 1 }, false);
    }

    public bool IsStalled(TrainerState state) => _options.EarlyStop is { } stop && state.Stalled >= stop.Patience && state.Cursor.Epoch >= stop.NotBeforeEpoch;
}
