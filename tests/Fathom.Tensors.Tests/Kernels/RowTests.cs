using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels;

namespace Fathom.Tensors.Tests.Kernels;

public unsafe class RowTests
{
    [Fact]
    public void NormsMatchTheScalarTwinToTheBit() => Cases.ForSeeds(60, random =>
    {
        var rows = 1 + random.NextInt32(40);
        var width = 1 + random.NextInt32(random.NextInt32(4) == 0 ? 1500 : 100);
        using var x = NativeFloats.Random(random, rows * width);
        using var weight = NativeFloats.Random(random, width);
        using var bias = NativeFloats.Random(random, width);
        Compare(rows * width, "rms", (kernels, y) => kernels.RmsNorm(x.Pointer, rows, width, weight.Pointer, 1e-5f, y));
        Compare(rows * width, "layer", (kernels, y) => kernels.LayerNorm(x.Pointer, rows, width, weight.Pointer, bias.Pointer, 1e-5f, y));
        Compare(rows * width, "layer without bias", (kernels, y) => kernels.LayerNorm(x.Pointer, rows, width, weight.Pointer, null, 1e-12f, y));
    });

    [Fact]
    public void ElementwiseOperationsMatchTheScalarTwinToTheBit() => Cases.ForSeeds(60, random =>
    {
        var count = 1 + random.NextInt32(random.NextInt32(4) == 0 ? 50000 : 200);
        using var a = NativeFloats.Random(random, count, 10);
        using var b = NativeFloats.Random(random, count);
        Compare(count, "silu", (kernels, y) => kernels.SiluMultiply(a.Pointer, b.Pointer, count, y));
        Compare(count, "scale", (kernels, y) => kernels.Scale(a.Pointer, -0.7f, count, y));
        Compare(count, "multiply", (kernels, y) => kernels.Multiply(a.Pointer, b.Pointer, count, y));
        foreach (var activation in Enum.GetValues<Activation>())
        {
            Compare(count, activation.ToString(), (kernels, y) => kernels.Activate(activation, a.Pointer, count, y));
            Compare(count, $"{activation} in place", (kernels, y) =>
            {
                a.Span.CopyTo(new Span<float>(y, count));
                kernels.Activate(activation, y, count, y);
            });
        }

        Compare(count, "add", (kernels, y) =>
        {
            b.Span.CopyTo(new Span<float>(y, count));
            kernels.AddInPlace(a.Pointer, count, y);
        });
    });

    [Fact]
    public void RotationMatchesTheScalarTwinToTheBit() => Cases.ForSeeds(60, random =>
    {
        var rows = 1 + random.NextInt32(60);
        var heads = 1 + random.NextInt32(9);
        var headDim = 2 * (1 + random.NextInt32(64));
        var rotary = 2 * (1 + random.NextInt32(headDim / 2));
        var stride = heads * headDim + random.NextInt32(3);
        using var x = NativeFloats.Random(random, rows * stride);
        using var cos = NativeFloats.Random(random, rows * rotary / 2);
        using var sin = NativeFloats.Random(random, rows * rotary / 2);
        Compare(rows * stride, "rotate", (kernels, y) =>
        {
            x.Span.CopyTo(new Span<float>(y, x.Length));
            kernels.Rotate(y, rows, stride, heads, headDim, rotary, cos.Pointer, sin.Pointer);
        });
    });

    [Fact]
    public void LogitStatisticsMatchTheScalarTwinToTheBitAndDoublePrecisionTo1e6() => Cases.ForSeeds(40, random =>
    {
        var rows = 1 + random.NextInt32(4);
        var vocabulary = 1 + random.NextInt32(random.NextInt32(4) == 0 ? 40000 : 300);
        using var x = NativeFloats.Random(random, rows * vocabulary, 3);
        x.Span[random.NextInt32(x.Length)] = vocabulary > 1 ? float.NegativeInfinity : 1f;
        var expected = stackalloc LogitStatistics[4];
        var actual = stackalloc LogitStatistics[4];
        Devices.Reference.Kernels.LogitStatistics(x.Pointer, rows, vocabulary, vocabulary, expected);
        foreach (var device in Devices.Wide)
        {
            device.Kernels.LogitStatistics(x.Pointer, rows, vocabulary, vocabulary, actual);
            Assert.True(new Span<LogitStatistics>(expected, rows).SequenceEqual(new Span<LogitStatistics>(actual, rows)), device.Name);
        }

        for (var row = 0; row < rows; row++)
        {
            var logits = x.Span.Slice(row * vocabulary, vocabulary).ToArray();
            double top = logits.Max();
            var sum = logits.Sum(l => Math.Exp(l - top));
            var entropy = -logits.Sum(l => l == float.NegativeInfinity ? 0 : Math.Exp(l - top) / sum * (l - top - Math.Log(sum)));
            Assert.Equal(top + Math.Log(sum), expected[row].LogSumExp, 1e-6);
            Assert.Equal(entropy, expected[row].Entropy, 1e-5);
            Assert.Equal((float)top, expected[row].Largest);
            Assert.Equal(Array.IndexOf(logits, (float)top), expected[row].ArgMax);
        }
    });

    private static void Compare(int length, string what, Operation operation)
    {
        using var expected = new NativeFloats(length);
        operation(Devices.Reference.Kernels, expected.Pointer);
        foreach (var device in Devices.Wide)
        {
            using var actual = new NativeFloats(length);
            operation(device.Kernels, actual.Pointer);
            expected.AssertSameBits(actual, $"{device.Name}, {what}");
        }
    }

    private delegate void Operation(IKernels kernels, float* y);
}
