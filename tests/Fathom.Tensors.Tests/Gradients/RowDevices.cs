using Fathom.Tensors.Autograd;
using Fathom.Tensors.Tests.Kernels;

namespace Fathom.Tensors.Tests.Gradients;

/// <summary>The scalar twin of the row kernels and a device of every width this machine has, with one thread and with three.</summary>
internal static class RowDevices
{
    public static AutogradDevice Twin { get; } = new(new CpuOptions { VectorBits = 0, Threads = 1 });

    public static IReadOnlyList<(string Name, AutogradDevice Device)> Wide { get; } =
        [.. new[] { 512, 256, 128 }.Where(Devices.Has).SelectMany(bits => new[] { 1, 3 }.Select(threads => ($"{bits} bits, {threads} threads", new AutogradDevice(new CpuOptions { VectorBits = bits, Threads = threads }))))];

    /// <summary>Runs an operation that fills arrays everywhere and asks for the twin's bits; returns the twin's.</summary>
    public static float[][] SameBits(string what, Func<float[][]> arrays, Action<IRowKernels, float[][]> operation)
    {
        var expected = arrays();
        operation(Twin.Rows, expected);
        foreach (var (name, device) in Wide)
        {
            var actual = arrays();
            operation(device.Rows, actual);
            for (var a = 0; a < expected.Length; a++)
            {
                for (var i = 0; i < expected[a].Length; i++)
                {
                    if (BitConverter.SingleToInt32Bits(expected[a][i]) != BitConverter.SingleToInt32Bits(actual[a][i]))
                        Assert.Fail($"{what}, {name}: number {i} of array {a} is {actual[a][i]:R}, the twin has {expected[a][i]:R}");
                }
            }
        }

        return expected;
    }

    /// <summary>Normal numbers, a few of them large, tiny or zero.</summary>
    public static float[] Numbers(CounterRandom random, int count, double scale = 1)
    {
        using var floats = NativeFloats.Random(random, count, scale);
        return floats.Span.ToArray();
    }

    /// <summary>Every number within a share of the largest.</summary>
    public static void Close(string what, double[] expected, float[] actual, double tolerance)
    {
        var largest = expected.Length == 0 ? 0 : expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * largest + 1e-30, $"{what}[{i}]: {actual[i]}, in double {expected[i]}, largest {largest}");
    }

    public static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];
}
