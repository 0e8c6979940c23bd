using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Sentences;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>Vectors of texts taught by pairs.</summary>
public sealed class PairContrastTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SentencePooling.Mean)]
    [InlineData(SentencePooling.First)]
    public void TheLossIsThatOfCosinesInDouble(SentencePooling pooling)
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableEncoder.Load(TinyEncoder.Folder("bert"), device);
        model.Pooling = pooling;
        using var plain = TextEncoder.Load(TinyEncoder.Folder("bert"), new Fathom.Models.LoadOptions { Threads = 1, Tokenizer = false });
        double[] Vector(int[] ids)
        {
            var states = plain.Encode(new EncoderInput(ids)).LastStates;
            var width = plain.Config.Width;
            double[] pooled = [.. Enumerable.Range(0, width).Select(c => pooling == SentencePooling.First ? states[c] : Enumerable.Range(0, ids.Length).Average(t => (double)states[t * width + c]))];
            var length = Math.Sqrt(pooled.Sum(value => value * value));
            return [.. pooled.Select(value => value / length)];
        }

        var pairs = Pairs(5);
        var expected = Enumerable.Range(0, 5).Average(i =>
        {
            double[] scores = [.. pairs.Select(pair => Vector(pairs[i].Anchor).Zip(Vector(pair.Positive), (a, b) => a * b).Sum() / 0.1)];
            return Math.Log(scores.Sum(Math.Exp)) - scores[i];
        });
        using var tape = new Tape(device);
        var loss = new PairContrast(0.1).Loss(tape, model, PairBatch.Of(pairs), 5);
        Assert.Equal(expected, loss.Values[0], 2e-5);
        tape.Backward(loss);
        var slope = model.Parameters["bert.encoder.layer.1.output.dense.weight"].Gradient.ToArray().Max(MathF.Abs);
        Assert.True(slope > 0);
    }

    [Fact]
    public void GradientsAreThoseOfDifferences()
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableEncoder.Load(TinyEncoder.Folder("bert"), device);
        var batch = PairBatch.Of(Pairs(4));
        double Loss(bool back = false)
        {
            using var tape = new Tape(device, training: back);
            var loss = new PairContrast(0.5).Loss(tape, model, batch, 4);
            if (back) tape.Backward(loss);
            return loss.Values[0];
        }

        Loss(back: true);

        // Along a parameter's whole gradient, so that single precision does not drown the difference.
        foreach (var name in new[] { "bert.embeddings.word_embeddings.weight", "bert.encoder.layer.0.attention.self.query.weight", "bert.encoder.layer.1.output.dense.bias" })
        {
            var parameter = model.Parameters[name];
            var (gradient, own) = (parameter.Gradient.ToArray(), parameter.Values.ToArray());
            var norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
            double At(double step)
            {
                for (var i = 0; i < own.Length; i++) parameter.Values[i] = (float)(own[i] + step * gradient[i] / norm);
                return Loss();
            }

            var slope = (At(0.02) - At(-0.02)) / 0.04;
            own.CopyTo(parameter.Values);
            Assert.InRange(slope / norm, 0.99, 1.01);
        }
    }

    [Fact]
    public void PairsAreLearntAndWhatIsWrittenEmbeds()
    {
        using var device = new AutogradDevice(1);
        using var model = TrainableEncoder.Load(TinyEncoder.Folder("bert"), device);
        using var optimiser = new AdamW(device, ParameterGroup.DecayOnMatrices(model.Trainable.Values, 0.01));
        var parts = new PairBatches(Pairs(8), new TokenBatchOptions { Sequences = 8, Shuffle = false }).Take(default).Parts;
        var options = new TrainerOptions
        {
            Folder = _folder["run"],
            Schedule = new Schedule(ScheduleKind.Constant, 3e-3, 15),
            Evaluations = [new PairAccuracy(parts), new HeldOutLoss<PairBatch>(new PairContrast(), parts)],
            Companions = CompanionFiles.Read(TinyEncoder.Folder("bert")),
        };
        var outcome = new Trainer<PairBatch>(model, new PairContrast(), new PairBatches(Pairs(8), new TokenBatchOptions { Sequences = 8 }), optimiser, options).Run();
        Assert.Equal("accuracy", outcome.Watched);
        Assert.Equal(1.0, outcome.BestValue);
        using var opened = TextEncoder.Load(outcome.ModelFolder!, new Fathom.Models.LoadOptions { Threads = 1, Tokenizer = false });
        Assert.Equal(model.Config.Labels, opened.Config.Labels);
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        using var device = new AutogradDevice(1);
        using var encoder = TrainableEncoder.Load(TinyEncoder.Folder("bert"), device);
        Assert.Contains("Max", Assert.Throws<FathomException>(() => encoder.Pooling = SentencePooling.Max).Message, StringComparison.Ordinal);
        using var decoder = TinyRun.Model(device);
        using var tape = new Tape(device);
        Assert.Contains("teach an encoder", Assert.Throws<FathomException>(() => new PairContrast().Loss(tape, decoder, PairBatch.Of(Pairs(2)), 2)).Message, StringComparison.Ordinal);
        Assert.Contains("temperature", Assert.Throws<FathomException>(() => new PairContrast(0).Loss(tape, encoder, PairBatch.Of(Pairs(2)), 2)).Message, StringComparison.Ordinal);
    }

    // The second text is the first with one token in common.
    private static List<PairSample> Pairs(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new PairSample([5, 20 + i, 40 + 2 * i % 7, 6], [5, 60 + 3 * i % 11, 20 + i, 6]))];
}
