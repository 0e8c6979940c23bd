using System.Text.Json.Nodes;
using Fathom.Cli.CommandLine;
using Fathom.Cli.Machine;
using Fathom.Cli.Output;
using Fathom.Cli.Runs;
using Fathom.Reports;
using Fathom.Tensors.Autograd;
using Fathom.Training;
using Fathom.Training.Recipes;

namespace Fathom.Cli.Recipes;

/// <summary>A training run in its folder.</summary>
internal sealed class TrainingJob(VerbContext context, TrainingPlan plan, RunFolder folder, string title, IReadOnlyList<FileHash> files)
{
    // The runtime, the tokenizer, encoded samples' bookkeeping.
    private const long Overhead = 150L << 20;

    /// <summary>Speed of this process, for run.json.</summary>
    public JsonObject Throughput { get; private set; } = [];

    /// <summary>Says what the run takes, and refuses what cannot fit.</summary>
    /// <exception cref="FathomException">Memory or disk will not do; the message names the knob.</exception>
    public void Announce()
    {
        var recipe = plan.Recipe;
        var memory = plan.Memory;
        var total = memory.Total + Overhead + 4 * plan.Tokens;
        if (total > MachineFacts.MemoryBytes)
        {
            var knob = memory.Activations + memory.Logits > total / 2
                ? $"lower batch.max_tokens_per_micro_batch ({recipe.Batch.MaxTokensPerMicroBatch}) or data.max_length ({plan.MaxLength}), or set batch.activation_checkpointing: true"
                : recipe.Adapter is null && recipe.Model.Path is not null ? "teach an adapter (adapter: {kind: lora}) instead of all weights" : "use a smaller model";
            throw new FathomException(
                $"training takes about {Units.Bytes(total)} of memory (weights {Units.Bytes(memory.Weights)}, gradients {Units.Bytes(memory.Gradients)}, moments {Units.Bytes(memory.Moments)}, activations {Units.Bytes(memory.Activations)}, logits {Units.Bytes(memory.Logits)}) and only {Units.Bytes(MachineFacts.MemoryBytes)} are there; {knob}");
        }

        var checkpoint = memory.Gradients + memory.Moments;

        // Those kept, the best, the newest, and one being written.
        var disk = (recipe.Checkpoint.Keep + 3) * checkpoint + memory.Weights;
        if (MachineFacts.FreeDiskBytes(folder.FolderPath) is { } free && disk > free)
        {
            throw new FathomException($"the checkpoints take about {Units.Bytes(disk)} and only {Units.Bytes(free)} are free at {folder.FolderPath} (disk is full); name another --out, or lower checkpoint.keep");
        }

        context.Note($"{Units.Count(plan.Base.ParameterCount)} parameters, {Units.Count(plan.Taught)} taught; {plan.Samples} samples of {plan.Tokens} tokens in all, {plan.Truncated} cut to {plan.MaxLength} tokens; {plan.Steps} steps");
        context.Note($"memory: about {Units.Bytes(total)} (weights {Units.Bytes(memory.Weights)}, gradients {Units.Bytes(memory.Gradients)}, moments {Units.Bytes(memory.Moments)}, activations {Units.Bytes(memory.Activations)}, logits {Units.Bytes(memory.Logits)}); {Units.Bytes(checkpoint)} of disk a checkpoint");
    }

    /// <summary>Runs to the end.</summary>
    public TrainingOutcome Run(JsonObject identity)
    {
        var recipe = plan.Recipe;
        var reporter = new TrainingReporter(folder, title, plan, files);
        reporter.Write(ReportState.Running);
        var threads = context.Get(CommonOptions.Threads) ?? MachineFacts.Cores;
        using var progress = new TrainingProgress(context, folder.PathOf("timings.jsonl"), context.Quiet ? 0 : PeakProbe.MultiplyAddGigaflops(threads));
        using var device = new AutogradDevice(context.Get(CommonOptions.Threads));
        using var model = plan.Base.Create(device, (ulong)recipe.Seed);
        model.ActivationCheckpointing = recipe.Batch.ActivationCheckpointing;
        if (recipe.Adapter is not null) model.AddAdapter("default", plan.Lora!, (ulong)recipe.Seed);
        using var optimiser = Optimiser(recipe.Optimiser, device, model);
        var options = Options(identity, new Observers(progress, reporter));
        try
        {
            var outcome = plan.Pairs is { } pairs ? new Trainer<PairBatch>(model, new PairContrast((recipe.Embedding ?? new EmbeddingRecipe()).Temperature), pairs, optimiser, options).Run(context.Stop)
                : plan.Labelled is { } labelled ? new Trainer<LabelledBatch>(model, new SequenceClassification(), labelled, optimiser, options).Run(context.Stop)
                : new Trainer<TokenBatch>(model, new CausalLanguageModelling(), plan.Batches, optimiser, options).Run(context.Stop);
            reporter.Write(ReportState.Complete);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            reporter.Write(ReportState.Stopped);
            folder.Checkpoint();
            throw;
        }
        finally
        {
            Throughput = progress.ToJson();
        }
    }

    private static IOptimiser Optimiser(OptimiserRecipe recipe, AutogradDevice device, ITrainable model)
    {
        var groups = ParameterGroup.DecayOnMatrices(model.Trainable.Values, recipe.WeightDecay);
        return recipe.Kind == OptimiserKind.Sgd ? new Sgd(groups) : new AdamW(device, groups, recipe.Betas[0], recipe.Betas[1], recipe.Epsilon);
    }

    private TrainerOptions Options(JsonObject identity, ITrainingObserver observer)
    {
        var recipe = plan.Recipe;
        return new TrainerOptions
        {
            Folder = folder.FolderPath,
            Schedule = plan.Schedule,
            Clip = recipe.Clip,
            Seed = (ulong)recipe.Seed,
            CheckpointEvery = recipe.Checkpoint.Every,
            Keep = recipe.Checkpoint.Keep,
            Evaluations = plan.Evaluations,
            EvaluateEvery = recipe.Evaluate.Every,
            EvaluateEveryEpoch = recipe.Evaluate.EveryEpoch,
            Ties = recipe.Evaluate.Ties,
            Watch = recipe.EarlyStop?.Metric,
            EarlyStop = recipe.EarlyStop is { } early ? new EarlyStop(early.Patience, early.MinimumChange, early.NotBeforeEpoch) : null,
            Precision = recipe.Save.Precision,
            SaveMerged = recipe.Save.Merged,
            FinishWithBest = recipe.Save.Best,
            Companions = plan.Base.Companions,
            BaseFolder = recipe.Adapter is null ? null : plan.Base.Folder,
            Identity = identity,
            Observer = observer,
        };
    }
}
