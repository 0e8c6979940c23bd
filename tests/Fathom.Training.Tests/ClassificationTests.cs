using Fathom.Models.Adapters;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public sealed class ClassificationTests : IDisposable
{
    private static readonly SequenceClassification Objective = new();
    private readonly AutogradDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData("config.json")]
    [InlineData("config.hub.json")]
    public void LogitsLossGradientsAndStepsOfTheReference(string config)
    {
        using var golden = new Golden("llama-seqcls");
        using var copy = new TemporaryModel(Golden.Folder("llama-seqcls"), config);
        using var model = TrainableModel.Load(copy.Folder, _device);
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], model.Config.Labels);
        var batch = LabelledBatch.Of(golden.Batch(), golden.Integers("labels"));
        using (var tape = new Tape(_device, training: false))
        {
            var logits = SequenceClassification.Logits(tape, model, batch.Tokens);
            var reference = golden.Floats("logits");
            for (var i = 0; i < reference.Length; i++) Assert.InRange(logits.Values[i], reference[i] - 1e-4, reference[i] + 1e-4);
        }

        var loss = Accumulation.Run(model, Objective, [batch]);
        Assert.InRange(loss, golden.Floats("loss")[0] - 2e-5, golden.Floats("loss")[0] + 2e-5);
        foreach (var (parameter, variable) in model.Parameters)
        {
            var reference = golden.Floats("grad." + parameter);
            var bound = 5e-5 * reference.Max(Math.Abs) + 1e-7;
            for (var i = 0; i < reference.Length; i++) Assert.InRange(variable.Gradient[i], reference[i] - bound, reference[i] + bound);
            variable.ReleaseGradient();
        }

        using var optimiser = new AdamW(_device, [new ParameterGroup([.. model.Trainable.Values], WeightDecay: 0.01)]);
        foreach (var reference in golden.Floats("adamw_losses"))
        {
            Assert.InRange(Accumulation.Run(model, Objective, [batch]), reference - 5e-5, reference + 5e-5);
            optimiser.Step(1e-3);
        }
    }

    [Fact]
    public void PartsEqualTheWholeAndWrongLabelsAreRefused()
    {
        using var model = TrainableModel.Load(Golden.Folder("llama-seqcls"), _device);
        int[][] sequences = [[5, 6, 7], [8, 9], [10, 11, 12, 13]];
        var whole = Accumulation.Run(model, Objective, [LabelledBatch.Of(sequences, [0, 2, 1])]);
        var parts = Accumulation.Run(model, Objective, [LabelledBatch.Of(sequences[..1], [0]), LabelledBatch.Of(sequences[1..], [2, 1])]);
        Assert.InRange(parts / whole, 1 - 1e-6, 1 + 1e-6);
        Assert.Contains("label 3", Assert.Throws<FathomException>(() => Accumulation.Run(model, Objective, [LabelledBatch.Of(sequences, [0, 3, 1])])).Message, StringComparison.Ordinal);
        Assert.Throws<FathomException>(() => LabelledBatch.Of(sequences, [0, 1]));
        Assert.Throws<FathomException>(() => LabelledBatch.Of(sequences, [0, -1, 1]));
        Assert.Contains("classifier", Assert.Throws<FathomException>(() => Accumulation.Run(model, new CausalLanguageModelling(), [TokenBatch.Of(sequences)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALanguageModelBecomesAClassifierAndIsTaughtByAnAdapter()
    {
        using var model = TrainableModel.Load(Golden.Folder("llama"), _device);
        Assert.Contains("score.weight", Assert.Throws<FathomException>(() => model.Classifier).Message, StringComparison.Ordinal);
        model.BecomeClassifier(["near", "far"], seed: 7);
        Assert.False(model.Parameters.ContainsKey("lm_head.weight"));
        Assert.Throws<FathomException>(() => model.BecomeClassifier(["a", "b"]));
        var adapter = model.AddAdapter("a", new LoraOptions { TargetModules = ["q_proj"] }, seed: 1);
        Assert.Equal("SEQ_CLS", adapter.Options.TaskType);
        Assert.Contains("score.weight.a", model.Trainable.Keys);
        using var optimiser = new AdamW(_device, [new ParameterGroup([.. model.Trainable.Values])]);
        var batch = LabelledBatch.Of([[5, 6, 7], [8, 9], [10, 11, 12, 13], [14, 15]], [0, 1, 0, 1]);
        var first = Accumulation.Run(model, Objective, [batch]);
        for (var step = 0; step < 20; step++)
        {
            optimiser.Step(1e-2);
            Accumulation.Run(model, Objective, [batch]);
        }

        using var tape = new Tape(_device, training: false);
        var logits = SequenceClassification.Logits(tape, model, batch.Tokens);
        for (var i = 0; i < 4; i++) Assert.True(logits.Values[2 * i + batch.Labels[i]] > logits.Values[2 * i + 1 - batch.Labels[i]], $"sequence {i}");
        Assert.True(first > 0.5);
    }
}
