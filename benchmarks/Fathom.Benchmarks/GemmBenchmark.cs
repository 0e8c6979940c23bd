using Fathom.Tensors;

namespace Fathom.Benchmarks;

/// <summary>Matrix products against OpenBLAS: figures are GF/s (median) and the share of the FMA peak probed in the same rounds.</summary>
internal static unsafe class GemmBenchmark
{
    private static readonly (int M, int N, int K)[] Shapes =
    [
        (512, 1536, 576), (512, 576, 1536), (512, 576, 576), (512, 192, 576), (1024, 1024, 1024), (512, 4096, 4096),
        (8, 1536, 576), (16, 1536, 576), (32, 1536, 576), (64, 1536, 576), (128, 1536, 576),
    ];

    public static void Run(Bench bench)
    {
        Console.WriteLine($"\n### SGEMM x W^T, {bench.Device.Name} (GF/s, median of {bench.Rounds} rounds)\n");
        Console.WriteLine("| M x N x K | Fathom f32 | best | % of peak | bf16 | q8_0 | q4_1 | OpenBLAS | Fathom / OpenBLAS |\n|---|---|---|---|---|---|---|---|---|");
        foreach (var (m, n, k) in Shapes)
        {
            var x = bench.Floats((long)m * k);
            var y = bench.Floats((long)m * n);
            var timing = bench.NewTiming();
            timing.Add("peak", () => Probes.Fma(bench.Workers));
            DType[] types = [DType.F32, DType.BF16, DType.Q8_0, DType.Q4_1];
            var weights = types.Select(type => new BenchWeight(type, n, k)).ToArray();
            var packed = weights.Select(weight => bench.Device.Kernels.Pack(weight.Tensor)).ToArray();
            for (var i = 0; i < types.Length; i++)
            {
                var matrix = packed[i];
                timing.Add(types[i].ToString(), () => bench.Device.Kernels.Linear(x, m, k, matrix, null, y, n));
            }

            if (OpenBlas.IsPresent)
            {
                OpenBlas.SetThreads(bench.Device.Threads);
                timing.Add("OpenBLAS", () => OpenBlas.MultiplyTransposed(x, (float*)weights[0].Tensor.Data, y, m, n, k));
            }

            var seconds = timing.Measure();
            var operations = 2e-9 * m * n * k;
            string Rate(string name) => seconds.TryGetValue(name, out var s) ? $"{operations / Timing.Median(s):F0}" : "-";
            var peak = bench.Workers.Threads * Probes.FmaOperations / 1e9 / seconds["peak"].Min();
            var ratio = seconds.TryGetValue("OpenBLAS", out var other) ? $"{Timing.Ratio(seconds["F32"], other):F2}" : "-";
            Console.WriteLine($"| {m} x {n} x {k} | {Rate("F32")} | {operations / seconds["F32"].Min():F0} | {100 * operations / seconds["F32"].Min() / peak:F0} | {Rate("BF16")} | {Rate("Q8_0")} | {Rate("Q4_1")} | {Rate("OpenBLAS")} | {ratio} |");
            foreach (var matrix in packed)
            {
                matrix.Dispose();
            }

            foreach (var weight in weights)
            {
                weight.Dispose();
            }
        }
    }
}
