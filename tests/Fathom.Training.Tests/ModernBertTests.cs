using Fathom.Formats;
using Fathom.Models.Encoders;
using Fathom.Models.Verification;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

/// <summary>ModernBERT has no reference gradients: its loss is held to transformers', its gradients to differences of a plain double-precision twin.</summary>
public class ModernBertTests
{
    private const string Folder = "golden/hf/modernbert";
    private const double Step = 1e-4;

    [SharedFact(Folder)]
    public void EveryGradientIsThatOfCentralDifferencesInDouble()
    {
        using var file = SafetensorsFile.Open(SharedFolder.Path(Folder + "/golden.safetensors"));
        var golden = new GoldenFile(file);
        int[][] sequences = [.. GoldenRows.ReadRightPadded(golden).Tokens.Select(row => row.ToArray())];
        var labels = golden.Integers("labels");
        using var device = new AutogradDevice(1);
        using var model = TrainableEncoder.Load(SharedFolder.Path(Folder), device);
        using var tape = new Tape(device);
        var loss = model.ClassificationLoss(tape, [.. sequences.Select(ids => new EncoderInput(ids))], labels);
        tape.Backward(loss);
        var values = model.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Values.ToArray().Select(value => (double)value).ToArray(), StringComparer.Ordinal);
        var twin = new DoubleModernBert(values, 48, 4, 64, [false, true, true, false], 4, (160000, 10000), 1e-3);
        var exact = twin.Loss(sequences, labels);
        Assert.InRange(golden.Floats("loss", [])[0], exact - 2e-6, exact + 2e-6);
        Assert.InRange(loss.Values[0], exact - 2e-6, exact + 2e-6);
        var random = new CounterRandom(5);
        foreach (var (name, parameter) in model.Parameters)
        {
            var gradient = parameter.Gradient.ToArray();
            var bound = 5e-5 * gradient.Max(MathF.Abs) + 1e-7;

            // The largest, and some at random.
            int[] places = [Array.FindIndex(gradient, g => MathF.Abs(g) == gradient.Max(MathF.Abs)), .. Enumerable.Range(0, 3).Select(_ => random.NextInt32(gradient.Length))];
            foreach (var place in places)
            {
                var value = values[name][place];
                values[name][place] = value + Step;
                var above = twin.Loss(sequences, labels);
                values[name][place] = value - Step;
                var below = twin.Loss(sequences, labels);
                values[name][place] = value;
                var slope = (above - below) / (2 * Step);
                Assert.True(Math.Abs(slope - gradient[place]) <= bound, $"{name}[{place}]: {gradient[place]:g6}, differences give {slope:g6}, bound {bound:g2}");
            }
        }
    }
}
