namespace Fathom.Tensors.Tests.Kernels;

public unsafe class LinearTests
{
    [Fact]
    public void EveryWidthAndThreadCountMatchesTheScalarTwinToTheBit() => Cases.ForSeeds(150, random =>
    {
        var type = TestWeight.Types[random.NextInt32(TestWeight.Types.Length)];
        var block = DTypeInfo.Of(type).BlockSize;
        var inputs = block == 1 ? 1 + random.NextInt32(random.NextInt32(8) == 0 ? 700 : 130) : block * (1 + random.NextInt32(block == 32 ? 5 : 2));
        Compare(random, type, 1 + random.NextInt32(32), 1 + random.NextInt32(130), inputs);
    });

    [Theory]
    [InlineData(DType.F32, 40, 70, 2500)]
    [InlineData(DType.BF16, 3, 33, 97)]
    [InlineData(DType.Q8_0, 31, 96, 4224)]
    [InlineData(DType.Q4_1, 512, 192, 576)]
    [InlineData(DType.F32, 700, 24, 97)]
    public void LargerShapesMatchToo(DType type, int rows, int outputs, int inputs) => Compare(new CounterRandom(5, (ulong)rows), type, rows, outputs, inputs);

    [Fact]
    public void AnOutputDoesNotDependOnItsNeighbours() => Cases.ForSeeds(20, random =>
    {
        using var weight = new TestWeight(random, DType.Q4_1, 100, 64);
        using var x = NativeFloats.Random(random, 40 * 64);
        foreach (var device in Devices.Wide)
        {
            using var packed = device.Kernels.Pack(weight.Tensor);
            using var all = new NativeFloats(40 * 100);
            device.Kernels.Linear(x.Pointer, 40, 64, packed, null, all.Pointer, 100);
            using var some = new NativeFloats(40 * 100);
            for (var row = 0; row < 40;)
            {
                var rows = Math.Min(40 - row, 1 + random.NextInt32(15));
                device.Kernels.Linear(x.Pointer + row * 64, rows, 64, packed, null, some.Pointer + row * 100, 100);
                row += rows;
            }

            all.AssertSameBits(some, device.Name);
        }
    });

    [Fact]
    public void TheScalarTwinIsCloseToDoublePrecision()
    {
        var random = new CounterRandom(3);
        using var weight = new TestWeight(random, DType.F32, 33, 97);
        using var x = NativeFloats.Random(random, 5 * 97);
        using var y = new NativeFloats(5 * 33);
        using var packed = Devices.Reference.Kernels.Pack(weight.Tensor);
        Devices.Reference.Kernels.Linear(x.Pointer, 5, 97, packed, null, y.Pointer, 33);
        for (var r = 0; r < 5; r++)
        {
            for (var n = 0; n < 33; n++)
            {
                double sum = 0, size = 0;
                for (var k = 0; k < 97; k++)
                {
                    var term = (double)x.Span[r * 97 + k] * ((float*)weight.Tensor.Data)[n * 97 + k];
                    sum += term;
                    size += Math.Abs(term);
                }

                Assert.True(Math.Abs(sum - y.Span[r * 33 + n]) < 1e-6 * size);
            }
        }
    }

    [Fact]
    public void WrongWeightsAreRefusedByName()
    {
        var data = stackalloc byte[64];
        foreach (var device in Devices.Wide.Prepend(Devices.Reference))
        {
            var integer = new StoredTensor("layers.0.w", DType.I32, [2, 2], data, 16, new object());
            Assert.Contains("layers.0.w", Assert.Throws<FathomException>(() => device.Kernels.Pack(integer)).Message, StringComparison.Ordinal);
            var shortened = new StoredTensor("w", DType.F32, [2, 4], data, 28, new object());
            Assert.Contains("28 bytes", Assert.Throws<FathomException>(() => device.Kernels.Pack(shortened)).Message, StringComparison.Ordinal);
            var ragged = new StoredTensor("w", DType.Q8_0, [1, 33], data, 34, new object());
            Assert.Throws<FathomException>(() => device.Kernels.Pack(ragged));
        }
    }

    private static void Compare(CounterRandom random, DType type, int rows, int outputs, int inputs)
    {
        using var weight = new TestWeight(random, type, outputs, inputs);
        var xStride = inputs + random.NextInt32(3);
        var yStride = outputs + random.NextInt32(3);
        using var x = NativeFloats.Random(random, rows * xStride);
        using var bias = NativeFloats.Random(random, outputs);
        var biasPointer = random.NextInt32(2) == 0 ? bias.Pointer : null;
        int[]? order = null;
        if (random.NextInt32(2) == 0)
        {
            order = Enumerable.Range(0, outputs).ToArray();
            random.Shuffle<int>(order);
        }

        var ids = stackalloc int[] { random.NextInt32(outputs), outputs - 1, 0 };
        using var expected = new NativeFloats(rows * yStride);
        using var expectedRows = new NativeFloats(3 * inputs);
        using (var packed = Devices.Reference.Kernels.Pack(weight.Tensor, order))
        {
            Devices.Reference.Kernels.Linear(x.Pointer, rows, xStride, packed, biasPointer, expected.Pointer, yStride);
            Devices.Reference.Kernels.Embed(packed, ids, 3, expectedRows.Pointer, inputs);
        }

        foreach (var device in Devices.Wide)
        {
            using var actual = new NativeFloats(rows * yStride);
            using var rowsRead = new NativeFloats(3 * inputs);
            using var packed = device.Kernels.Pack(weight.Tensor, order);
            device.Kernels.Linear(x.Pointer, rows, xStride, packed, biasPointer, actual.Pointer, yStride);
            expected.AssertSameBits(actual, $"{device.Name}, {type} [{outputs}, {inputs}], {rows} rows");
            device.Kernels.Embed(packed, ids, 3, rowsRead.Pointer, inputs);
            expectedRows.AssertSameBits(rowsRead, $"{device.Name}, embedding");
        }
    }
}
