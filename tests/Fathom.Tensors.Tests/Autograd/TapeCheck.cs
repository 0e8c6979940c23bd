using Fathom.Tensors.Autograd;
using Fathom.Tensors.Tests.Gradients;

namespace Fathom.Tensors.Tests.Autograd;

/// <summary>Compares an operation on a tape, value and gradients, with the same function in double and its central differences.</summary>
internal static class TapeCheck
{
    private const double Step = 1e-5;

    /// <summary>Elements of an input that are checked, picked at random where it has more.</summary>
    private const int Checked = 60;

    // Its own, so that what is alive afterwards can be counted.
    private static readonly AutogradDevice[] Devices = [new(new CpuOptions { Threads = 1 }), new(new CpuOptions { Threads = 3, VectorBits = 128 })];

    public static void Run(CounterRandom random, int[][] shapes, Func<Tape, Variable[], Variable> operation, Func<double[][], double[]> inDouble, double tolerance = 1e-5, double scale = 1)
    {
        var device = Devices[random.NextInt32(2)];

        // Classes of tests run side by side: what another one allocates must not be counted here.
        lock (device) RunAlone(device, random, shapes, operation, inDouble, tolerance, scale);
    }

    private static void RunAlone(AutogradDevice device, CounterRandom random, int[][] shapes, Func<Tape, Variable[], Variable> operation, Func<double[][], double[]> inDouble, double tolerance, double scale)
    {
        var before = device.LiveBytes;
        var inputs = new Variable[shapes.Length];
        for (var a = 0; a < inputs.Length; a++)
        {
            inputs[a] = device.NewVariable(true, shapes[a]);
            foreach (ref var value in inputs[a].Values) value = (float)(scale * random.NextNormal());
        }

        var numbers = Array.ConvertAll(inputs, input => RowDevices.Doubles(input.Values.ToArray()));
        var outputs = inDouble(numbers);
        float[] weights = [.. outputs.Select(_ => (float)random.NextNormal())];
        using (var tape = new Tape(device))
        {
            var y = operation(tape, inputs);
            RowDevices.Close("value", outputs, y.Values.ToArray(), tolerance);
            tape.Backward(tape.Sum(y, weights), 0.5f);
        }

        double Loss() => 0.5 * inDouble(numbers).Zip(weights, (value, weight) => value * weight).Sum();
        for (var a = 0; a < inputs.Length; a++)
        {
            int[] picks = [.. Enumerable.Range(0, numbers[a].Length)];
            random.Shuffle<int>(picks);
            picks = picks[..Math.Min(picks.Length, Checked)];
            var expected = new double[picks.Length];
            for (var pick = 0; pick < expected.Length; pick++)
            {
                var i = picks[pick];
                var kept = numbers[a][i];
                numbers[a][i] = kept + Step;
                var above = Loss();
                numbers[a][i] = kept - Step;
                expected[pick] = (above - Loss()) / (2 * Step);
                numbers[a][i] = kept;
            }

            var gradient = inputs[a].Gradient.ToArray();
            var largest = Math.Max(gradient.Max(Math.Abs), 1e-3);
            for (var pick = 0; pick < expected.Length; pick++)
                Assert.True(Math.Abs(expected[pick] - gradient[picks[pick]]) <= tolerance * largest, $"input {a}, element {picks[pick]} of {string.Join('x', shapes[a])}: {gradient[picks[pick]]}, by differences {expected[pick]}");
            inputs[a].Dispose();
        }

        Assert.Equal(before, device.LiveBytes);
    }

    public static double[] LogSoftmax(double[] x, int width, double sharpness = 1)
    {
        var y = new double[x.Length];
        for (var at = 0; at < x.Length; at += width)
        {
            var largest = x.Skip(at).Take(width).Max();
            var log = Math.Log(x.Skip(at).Take(width).Sum(value => Math.Exp((value - largest) * sharpness)));
            for (var i = at; i < at + width; i++) y[i] = (x[i] - largest) * sharpness - log;
        }

        return y;
    }

    /// <summary>x [R, K] w [N, K]^T.</summary>
    public static double[] Linear(double[] x, double[] w, int width)
    {
        var (rows, outputs) = (x.Length / width, w.Length / width);
        var y = new double[rows * outputs];
        for (var at = 0; at < y.Length; at++)
        {
            for (var k = 0; k < width; k++) y[at] += x[at / outputs * width + k] * w[at % outputs * width + k];
        }

        return y;
    }
}
