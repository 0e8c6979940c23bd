using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>
/// Teaches a model: takes batches, sums their gradients, clips, steps, measures, keeps checkpoints, and goes on from the last one.
/// A run that was killed anywhere and run again ends with the same bytes (weights, moments, log) as one that was not. What is learnt
/// from a batch is the objective's affair.
/// </summary>
/// <typeparam name="TBatch">What the objective learns from.</typeparam>
public sealed class Trainer<TBatch>
{
    private const ulong DropoutSalt = 0x64726F706F7574;
    private readonly ITrainable _model;
    private readonly IObjective<TBatch> _objective;
    private readonly IBatchSource<TBatch> _data;
    private readonly IOptimiser _optimiser;
    private readonly TrainerOptions _options;
    private readonly CheckpointStore _checkpoints;
    private readonly EvaluationRound _round;

    /// <summary>Prepares a run; nothing is written yet.</summary>
    /// <param name="model">The model; its trainable parameters change.</param>
    /// <param name="objective">What is taught.</param>
    /// <param name="data">What it is taught with.</param>
    /// <param name="optimiser">An optimiser of the model's trainable parameters without steps behind it.</param>
    /// <param name="options">How.</param>
    /// <exception cref="FathomException">An option is out of range.</exception>
    public Trainer(ITrainable model, IObjective<TBatch> objective, IBatchSource<TBatch> data, IOptimiser optimiser, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_model, _objective, _data, _optimiser, _options) = (model, objective, data, optimiser, options);
        _checkpoints = new CheckpointStore(PathOf("checkpoints"));
        _round = new EvaluationRound(options, PathOf(".evaluation"));
    }

    /// <summary>Runs to the end, from the last checkpoint if there is one.</summary>
    /// <param name="stop">Asks to stop after the step at hand, which is then kept as a checkpoint.</param>
    /// <exception cref="FathomException">A loss or gradient is not finite, a file cannot be written, or the folder holds another run.</exception>
    /// <exception cref="OperationCanceledException">The person asked to stop.</exception>
    public TrainingOutcome Run(CancellationToken stop = default)
    {
        Directory.CreateDirectory(_options.Folder);
        var state = Resume();
        using (var log = MetricsLog.Open(PathOf("metrics.jsonl"), state.LogBytes))
        {
            while (!state.Ended)
            {
                if (!state.EvaluationDue)
                {
                    if (stop.IsCancellationRequested) Interrupt(state, log);
                    state = Step(state, log);
                }

                var improved = false;
                if (state.EvaluationDue) (state, improved) = Evaluate(state, log, stop);
                state = state with { Ended = IsLast(state) || _round.IsStalled(state), LogBytes = log.Length };
                if (state.Ended || improved || OnSchedule(state.Step)) Save(state, log);
            }
        }

        return Finish(state);
    }

    private TrainerState Resume()
    {
        var steps = _checkpoints.Steps;
        if (steps.Count == 0) return new TrainerState { Identity = _options.Identity };
        var state = _checkpoints.ReadState(steps[^1]);
        if (!JsonNode.DeepEquals(state.Identity, _options.Identity))
            throw new FathomException($"{_checkpoints.PathOf(state.Step)}: belongs to another run: {IdentityDifference.Describe(state.Identity, _options.Identity)}; name another folder");
        _checkpoints.RestoreWeights(state.Step, _model);
        _checkpoints.RestoreOptimiser(state.Step, _model, _optimiser);
        _checkpoints.Prune(_options.Keep, state.BestStep, OnSchedule);
        _options.Observer?.OnResumed(state.Step);
        return state;
    }

    private TrainerState Step(TrainerState state, MetricsLog log)
    {
        var (parts, cursor) = _data.Take(state.Cursor);
        var rate = _options.Schedule.Rate(state.Step);
        var loss = Accumulation.Run(_model, _objective, parts, _options.Seed ^ DropoutSalt, state.Parts);
        var trainable = _model.Trainable.Values;
        var norm = GradientClipping.Norm(trainable);
        if (!double.IsFinite(loss) || !double.IsFinite(norm)) throw BadBatch(state, loss, norm, rate);
        if (_options.Clip is { } clip) GradientClipping.Clip(trainable, clip);
        _optimiser.Step(rate);
        var report = new StepReport(
            state.Step + 1, _options.Schedule.Steps, cursor.Epoch, loss, norm, rate, parts.Sum(_data.Tokens), parts.Sum(_objective.Count),
            parts.Sum(part => _data.Operations(_model, part)));
        log.Append(new JsonObject
        {
            ["step"] = report.Step,
            ["epoch"] = report.Epoch,
            ["loss"] = report.Loss,
            ["gradient_norm"] = report.GradientNorm,
            ["learning_rate"] = report.Rate,
            ["tokens"] = report.Tokens,
            ["targets"] = report.Targets,
        });
        _options.Observer?.OnStep(report);
        var next = state with { Step = report.Step, Cursor = cursor, Parts = checked(state.Parts + (uint)parts.Count), LogBytes = log.Length };
        return next with { EvaluationDue = _round.IsDue(next.Step, cursor.Epoch > state.Cursor.Epoch, IsLast(next)) };
    }

    private (TrainerState State, bool Improved) Evaluate(TrainerState state, MetricsLog log, CancellationToken stop)
    {
        OrderedDictionary<string, double> values;
        try
        {
            stop.ThrowIfCancellationRequested();
            values = _round.Measure(_model, state.Step, stop);
        }
        catch (OperationCanceledException)
        {
            Interrupt(state, log);
            throw;
        }

        log.Append(EvaluationRound.Line(state.Step, values));
        _options.Observer?.OnEvaluation(state.Step, values);
        return _round.Judge(state with { EvaluationDue = false }, values);
    }

    private FathomException BadBatch(TrainerState state, double loss, double norm, double rate)
    {
        var path = PathOf("bad-batch.json");
        BadBatchFile.Write(path, state, loss, norm, rate, _data.Describe(state.Cursor));
        var what = double.IsFinite(loss) ? $"the gradient's norm is {norm}" : $"the loss is {loss}";
        return new FathomException($"step {state.Step + 1}: {what}; the batch is in {path}: look at its texts, lower the learning rate, or set clip");
    }

    private void Interrupt(TrainerState state, MetricsLog log)
    {
        if (state.Step > 0 && (_checkpoints.Steps.Count == 0 || _checkpoints.Steps[^1] != state.Step)) Save(state, log);
        throw new OperationCanceledException();
    }

    private void Save(TrainerState state, MetricsLog log)
    {
        // First the log, then the checkpoint that counts on it.
        log.Flush();
        _checkpoints.Save(state, _model, _optimiser, _options.Companions);
        _checkpoints.Prune(_options.Keep, state.BestStep, OnSchedule);
        _options.Observer?.OnCheckpoint(state.Step);
    }

    private TrainingOutcome Finish(TrainerState state)
    {
        if (_options.FinishWithBest && state.BestStep > 0) _checkpoints.RestoreWeights(state.BestStep, _model);
        foreach (var adapter in _model.Adapters.Values.Where(adapter => adapter.Trains)) adapter.Save(PathOf("adapter"));
        var folder = _options.SaveMerged ? PathOf("model") : null;
        if (folder is not null)
        {
            using var target = Formats.AtomicFolder.Create(folder);
            _model.SaveWeights(target.WorkPath, _options.Precision, _options.Companions);
            target.Commit();
        }

        return new TrainingOutcome(state.Step, state.Step < _options.Schedule.Steps, state.BestStep, state.BestValue, _round.Watched, folder);
    }

    private bool IsLast(TrainerState state) => state.Step == _options.Schedule.Steps;

    private bool OnSchedule(int step) => step % _options.CheckpointEvery == 0;

    private string PathOf(string name) => Path.Combine(_options.Folder, name);
}
