using Fathom.Tensors;
using Fathom.Tensors.Kernels;

namespace Fathom.Benchmarks;

/// <summary>
/// Decoding: the 211 matrices of SmolLM2-135M one after another for one token (and for eight), weights read from memory. Figures are the
/// matrix part of a token in ms, GB/s of stored weights, and the share of the read bandwidth probed in the same rounds.
/// </summary>
internal static unsafe class GemvBenchmark
{
    private static readonly (int N, int K, int Count)[] Matrices =
        [(576, 576, 60), (192, 576, 60), (1536, 576, 60), (576, 1536, 30), (49152, 576, 1)];

    public static void Run(Bench bench)
    {
        Console.WriteLine($"\n### Decode: all matrices of SmolLM2-135M for one token, {bench.Device.Name} (median of {bench.Rounds} rounds)\n");
        Console.WriteLine("| weights | M | ms | tokens/s | GB/s of weights | % of probed read bandwidth | OpenBLAS sgemv ms | Fathom / OpenBLAS |\n|---|---|---|---|---|---|---|---|");
        foreach (var type in new[] { DType.F32, DType.BF16, DType.Q8_0, DType.Q4_1, DType.Q4_0 })
        {
            var weights = new List<BenchWeight>();
            var packed = new List<PackedMatrix>();
            foreach (var (n, k, count) in Matrices)
            {
                for (var i = 0; i < count; i++)
                {
                    weights.Add(new BenchWeight(type, n, k));
                    packed.Add(bench.Device.Kernels.Pack(weights[^1].Tensor));
                }
            }

            foreach (var m in type is DType.F32 or DType.BF16 or DType.Q4_1 ? new[] { 1, 4, 8 } : [1])
            {
                var x = bench.Floats(8 * 1536);
                var y = bench.Floats(8 * 49152);
                var timing = bench.NewTiming();
                timing.Add("read", () => Probes.Read(bench.Workers, bench.ReadBuffer));
                timing.Add("fathom", () =>
                {
                    foreach (var matrix in packed)
                    {
                        bench.Device.Kernels.Linear(x, m, matrix.Inputs, matrix, null, y, matrix.Outputs);
                    }
                });
                if (type == DType.F32 && m == 1 && OpenBlas.IsPresent)
                {
                    OpenBlas.SetThreads(bench.Device.Threads);
                    timing.Add("openblas", () =>
                    {
                        foreach (var weight in weights)
                        {
                            OpenBlas.MultiplyVector((float*)weight.Tensor.Data, x, y, (int)weight.Tensor.Shape[0], (int)weight.Tensor.Shape[1]);
                        }
                    });
                }

                var seconds = timing.Measure();
                var bytes = packed.Sum(p => (double)p.PackedByteLength);
                var time = Timing.Median(seconds["fathom"]);
                var bandwidth = Timing.Median(seconds["fathom"].Zip(seconds["read"], (a, b) => bytes / a / (Probes.BytesRead / b)));
                var other = seconds.TryGetValue("openblas", out var o) ? ($"{1e3 * Timing.Median(o):F1}", $"{Timing.Ratio(seconds["fathom"], o):F2}") : ("-", "-");
                Console.WriteLine($"| {type} | {m} | {1e3 * time:F1} (best {1e3 * seconds["fathom"].Min():F1}) | {m / time:F0} | {bytes / time / 1e9:F1} | {100 * bandwidth:F0} | {other.Item1} | {other.Item2} |");
            }

            packed.ForEach(p => p.Dispose());
            weights.ForEach(w => w.Dispose());
        }
    }
}
