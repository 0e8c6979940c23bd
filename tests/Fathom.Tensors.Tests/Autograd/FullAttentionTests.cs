using Fathom.Tensors.Autograd;
using Fathom.Tensors.Tests.Kernels;

namespace Fathom.Tensors.Tests.Autograd;

public sealed class FullAttentionTests
{
    private static readonly RowSegment[] Segments = [new(0, 4), new(4, 1), new(5, 6)];

    [Fact]
    public void AttentionToTheWholeSequenceHasTheGradientsOfItsFormula() => Cases.ForSeeds(8, random =>
        TapeCheck.Run(random, [[11, 6], [11, 6], [11, 6]], (tape, x) => tape.FullAttention(x[0], x[1], x[2], Segments, 2, 0.4f), x => Plain(x[0], x[1], x[2], (_, _, _) => 0)));

    [Fact]
    public void ABiasByDistanceIsTaughtToo() => Cases.ForSeeds(8, random =>
        TapeCheck.Run(
            random,
            [[11, 6], [11, 6], [11, 6], [5, 2]],
            (tape, x) => tape.FullAttention(x[0], x[1], x[2], Segments, 2, 0.4f, new DistanceTerm(x[3], Bucket)),
            x => Plain(x[0], x[1], x[2], (head, i, j) => x[3][Bucket(j - i) * 2 + head])));

    [Fact]
    public void DisentangledPositionsAreTaughtToo() => Cases.ForSeeds(8, random =>
        TapeCheck.Run(
            random,
            [[11, 6], [11, 6], [11, 6], [5, 6], [5, 6]],
            (tape, x) => tape.FullAttention(x[0], x[1], x[2], Segments, 2, 0.4f, new DisentangledTerm(2, 0.4f, Bucket) { FromQueries = (x[0], x[3]), FromKeys = (x[1], x[4]) }),
            x => Plain(x[0], x[1], x[2], (head, i, j, from) => 0.4 * (Dot(x[0], from + i, x[3], Bucket(i - j), head) + Dot(x[1], from + j, x[4], Bucket(i - j), head)))));

    [Fact]
    public void AConvolutionHasTheGradientsOfItsFormula() => Cases.ForSeeds(8, random =>
        TapeCheck.Run(random, [[11, 4], [3, 4, 3], [3]], (tape, x) => tape.Convolve(x[0], x[1], x[2], Segments), x =>
        {
            var y = new double[33];
            foreach (var (start, length) in Segments)
            {
                for (var row = 0; row < length; row++)
                {
                    for (var n = 0; n < 3; n++)
                    {
                        y[(start + row) * 3 + n] = x[2][n];
                        for (var tap = 0; tap < 3; tap++)
                        {
                            if (row + tap - 1 < 0 || row + tap - 1 >= length) continue;
                            for (var c = 0; c < 4; c++) y[(start + row) * 3 + n] += x[1][(n * 4 + c) * 3 + tap] * x[0][(start + row + tap - 1) * 4 + c];
                        }
                    }
                }
            }

            return y;
        }));

    [Fact]
    public void ThreadsAndVectorsChangeNoBit()
    {
        float[][]? expected = null;
        foreach (var (threads, bits) in new[] { (1, 128), (3, 128), (2, 256), (2, 512) })
        {
            if (!Devices.Has(bits)) continue;
            using var device = new AutogradDevice(new CpuOptions { Threads = threads, VectorBits = bits });
            var random = new CounterRandom(5);
            var x = Enumerable.Range(0, 4).Select(i => device.NewVariable(true, i == 3 ? 5 : 11, i == 3 ? 2 : 6)).ToArray();
            foreach (var variable in x)
            {
                foreach (ref var value in variable.Values) value = (float)random.NextNormal();
            }

            using var tape = new Tape(device);
            var y = tape.FullAttention(x[0], x[1], x[2], Segments, 2, 0.4f, new DistanceTerm(x[3], Bucket));
            tape.Backward(tape.Sum(tape.Multiply(y, y)));
            float[][] made = [y.Values.ToArray(), .. x.Select(variable => variable.Gradient.ToArray())];
            expected ??= made;
            Assert.Equal(expected, made);
            foreach (var variable in x) variable.Dispose();
        }
    }

    private static int Bucket(int distance) => Math.Clamp(distance, -2, 2) + 2;

    private static double Dot(double[] a, int row, double[] b, int other, int head) => Enumerable.Range(head * 3, 3).Sum(d => a[row * 6 + d] * b[other * 6 + d]);

    private static double[] Plain(double[] q, double[] k, double[] v, Func<int, int, int, double> term) => Plain(q, k, v, (head, i, j, _) => term(head, i, j));

    private static double[] Plain(double[] q, double[] k, double[] v, Func<int, int, int, int, double> term)
    {
        var y = new double[q.Length];
        foreach (var (start, length) in Segments)
        {
            for (var at = 0; at < 2 * length; at++)
            {
                var (i, head) = (at / 2, at % 2);
                var scores = Enumerable.Range(0, length).Select(j => 0.4 * Dot(q, start + i, k, start + j, head) + term(head, i, j, start)).ToArray();
                var shares = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
                for (var d = head * 3; d < head * 3 + 3; d++) y[(start + i) * 6 + d] = Enumerable.Range(0, length).Sum(j => shares[j] / shares.Sum() * v[(start + j) * 6 + d]);
            }
        }

        return y;
    }
}
