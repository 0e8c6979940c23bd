using System.Text.Json.Nodes;

namespace Fathom.Training;

/// <summary>How a <see cref="Trainer{TBatch}"/> goes about it.</summary>
public sealed record TrainerOptions
{
    /// <summary>Folder of the run: <c>checkpoints</c>, <c>metrics.jsonl</c>, <c>model</c>, and <c>adapter</c> where one is taught.</summary>
    public required string Folder { get; init; }

    /// <summary>Learning rates; its number of steps is the run's.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>Largest joint norm of the gradients; null to leave them as they are.</summary>
    public double? Clip { get; init; }

    /// <summary>Seed of dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>Steps between checkpoints. Default 100; one more is written at the end.</summary>
    public int CheckpointEvery { get; init; } = 100;

    /// <summary>How many of the last checkpoints to keep, beside the best. Default 2.</summary>
    public int Keep { get; init; } = 2;

    /// <summary>Measures to take.</summary>
    public IReadOnlyList<IEvaluation> Evaluations { get; init; } = [];

    /// <summary>Steps between evaluations, at the end too; 0 for the end alone.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Whether to evaluate after every pass through the data, whatever <see cref="EvaluateEvery"/> says.</summary>
    public bool EvaluateEveryEpoch { get; init; }

    /// <summary>Which of equally good evaluations is the best. Default the first.</summary>
    public Ties Ties { get; init; }

    /// <summary>The metric that decides which checkpoint is best; default: the first that is measured.</summary>
    public string? Watch { get; init; }

    /// <summary>When to end early; null for never.</summary>
    public EarlyStop? EarlyStop { get; init; }

    /// <summary>How the final model is stored.</summary>
    public WeightPrecision Precision { get; init; } = WeightPrecision.Fp32;

    /// <summary>Whether the final model is the best one instead of the last.</summary>
    public bool FinishWithBest { get; init; }

    /// <summary>Whether the model with an adapter's updates added is stored beside the adapter. Default true.</summary>
    public bool SaveMerged { get; init; } = true;

    /// <summary>Configuration and tokenizer to put beside the weights.</summary>
    public CompanionFiles? Companions { get; init; }

    /// <summary>The model an adapter is taught on, where it lies in files: evaluations that run models open it with the adapter instead of writing the whole model.</summary>
    public string? BaseFolder { get; init; }

    /// <summary>What the run is made of (recipe, hashes); a checkpoint of another run is refused.</summary>
    public JsonObject Identity { get; init; } = [];

    /// <summary>Hears of every step and evaluation.</summary>
    public ITrainingObserver? Observer { get; init; }

    /// <summary>Complains about the first value out of range.</summary>
    /// <exception cref="FathomException">A value is out of range.</exception>
    public void Validate()
    {
        _ = Schedule.Rate(0);
        if (Clip is { } clip && !(clip > 0)) throw new FathomException($"the largest norm of the gradients must be positive, not {clip}");
        if (CheckpointEvery < 1) throw new FathomException($"steps between checkpoints must be at least 1, not {CheckpointEvery}");
        if (Keep < 1) throw new FathomException($"at least 1 checkpoint must be kept, not {Keep}");
        if (EvaluateEvery < 0) throw new FathomException($"steps between evaluations must be at least 0, not {EvaluateEvery}");
        if (EarlyStop is { Patience: < 1 }) throw new FathomException($"the patience of an early stop must be at least 1, not {EarlyStop.Patience}");
        var metrics = Evaluations.SelectMany(evaluation => evaluation.Metrics.Keys).ToList();
        if (metrics.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new FathomException($"the metric '{twice.Key}' is measured twice; give one another name");
        if (Watch is not null && !metrics.Contains(Watch)) throw new FathomException($"the metric '{Watch}' is not measured; measured are: {(metrics.Count == 0 ? "none" : string.Join(", ", metrics))}");
        if ((EarlyStop is not null || FinishWithBest) && metrics.Count == 0) throw new FathomException("without an evaluation no step is better than another: give held-out data or problems, or do without early stop and the best model");
    }
}
