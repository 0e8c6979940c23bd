using System.Text;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>A run of a model of width 16 on random sequences: a few milliseconds a step.</summary>
internal static class TinyRun
{
    public const string Config = """
        {"model_type":"llama","hidden_size":16,"intermediate_size":24,"num_hidden_layers":2,"num_attention_heads":2,"num_key_value_heads":1,
         "max_position_embeddings":64,"vocab_size":40,"rms_norm_eps":1e-5,"tie_word_embeddings":true,"hidden_act":"silu"}
        """;

    public static List<TokenSample> Samples(int count, int seed = 1)
    {
        var random = new CounterRandom((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var start = random.NextInt32(40);
            return new TokenSample([.. Enumerable.Range(0, 4 + random.NextInt32(8)).Select(t => (start + 3 * t) % 40)], 1);
        })];
    }

    public static TrainableModel Model(AutogradDevice device, ulong seed = 5) => TrainableModel.FromConfig(Encoding.UTF8.GetBytes(Config), device, seed);

    public static TokenBatches Batches(int maxTokens = 20) => new(Samples(23), new TokenBatchOptions { Sequences = 4, MaxTokensPerMicroBatch = maxTokens, Seed = 3 });

    /// <summary>Runs a trainer in a folder; every call is a new process, as it were.</summary>
    public static TrainingOutcome Run(string folder, Func<TrainerOptions, TrainerOptions>? change = null, int threads = 1, IObjective<TokenBatch>? objective = null, bool adapter = false, CancellationToken stop = default)
    {
        using var device = new AutogradDevice(threads);
        using var model = Model(device);
        if (adapter) model.AddAdapter("default", new Fathom.Models.Adapters.LoraOptions { TargetModules = ["q_proj", "down_proj"], Rank = 2, Dropout = 0.2 }, 7);
        using var optimiser = new AdamW(device, ParameterGroup.DecayOnMatrices(model.Trainable.Values, 0.1));
        var options = new TrainerOptions
        {
            Folder = folder,
            Schedule = new Schedule(ScheduleKind.Cosine, 0.02, 20, WarmUp: 2),
            Clip = 1,
            CheckpointEvery = 4,
            EvaluateEvery = 5,
            Evaluations = [new HeldOutLoss<TokenBatch>(new CausalLanguageModelling(), [TokenBatch.Of([.. Samples(5, seed: 9).Select(sample => sample.Ids)])])],
        };
        return new Trainer<TokenBatch>(model, objective ?? new CausalLanguageModelling(), Batches(), optimiser, change?.Invoke(options) ?? options).Run(stop);
    }

    /// <summary>Every file of a run that must be the same in every run, by name.</summary>
    public static Dictionary<string, string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(folder, path), path => Convert.ToBase64String(File.ReadAllBytes(path)));
}
