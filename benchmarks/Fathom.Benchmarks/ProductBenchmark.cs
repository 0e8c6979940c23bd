using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Benchmarks;

/// <summary>The three products of a training step on 512 tokens, nothing packed beforehand, against OpenBLAS, which adds to its result too.</summary>
internal static unsafe class ProductBenchmark
{
    private const int Tokens = 512;

    private static readonly (int N, int K)[] Layers = [(1536, 576), (576, 1536), (576, 576), (192, 576), (1024, 1024), (4096, 1024)];

    public static void Run(Bench bench)
    {
        Console.WriteLine($"\n### Products of training, {Tokens} tokens, {bench.Device.Name} (GF/s, median of {bench.Rounds} rounds)\n");
        Console.WriteLine("| outputs x inputs | product | Fathom | best | % of peak | OpenBLAS | Fathom / OpenBLAS |\n|---|---|---|---|---|---|---|");
        using var device = new AutogradDevice(new CpuOptions { Threads = bench.Device.Threads, VectorBits = bench.VectorBits });
        var ratios = new List<double>();
        foreach (var (n, k) in Layers)
        {
            float* x = bench.Floats((long)Tokens * k), w = bench.Floats((long)n * k), y = bench.Floats((long)Tokens * n);
            float* dx = bench.Floats((long)Tokens * k), dw = bench.Floats((long)n * k);
            (int X, int W, int Y) sizes = (Tokens * k, n * k, Tokens * n);
            var kernels = device.Kernels;
            (string Name, Action Fathom, Action Other)[] products =
            [
                ("x W^T", () => kernels.Linear(new(x, sizes.X), new(w, sizes.W), Tokens, n, k, new(y, sizes.Y)), () => OpenBlas.Multiply(x, k, false, w, k, true, y, n, Tokens, n, k)),
                ("dy W", () => kernels.LinearInputGradient(new(y, sizes.Y), new(w, sizes.W), Tokens, n, k, new(dx, sizes.X)), () => OpenBlas.Multiply(y, n, false, w, k, false, dx, k, Tokens, k, n)),
                ("dy^T x", () => kernels.LinearWeightGradient(new(y, sizes.Y), new(x, sizes.X), Tokens, n, k, new(dw, sizes.W)), () => OpenBlas.Multiply(y, n, true, x, k, false, dw, k, n, k, Tokens)),
            ];
            foreach (var (name, fathom, other) in products)
            {
                var timing = bench.NewTiming(0.03).Add("peak", () => Probes.Fma(bench.Workers)).Add("fathom", fathom);
                if (OpenBlas.IsPresent)
                {
                    OpenBlas.SetThreads(bench.Device.Threads);
                    timing.Add("openblas", other);
                }

                var seconds = timing.Measure();
                var operations = 2e-9 * Tokens * n * k;
                var peak = bench.Workers.Threads * Probes.FmaOperations / 1e9 / seconds["peak"].Min();
                var (rate, ratio) = ("-", "-");
                if (seconds.TryGetValue("openblas", out var blas))
                {
                    ratios.Add(Timing.Ratio(seconds["fathom"], blas));
                    (rate, ratio) = ($"{operations / Timing.Median(blas):F0}", $"{ratios[^1]:F2}");
                }

                var best = operations / seconds["fathom"].Min();
                Console.WriteLine($"| {n} x {k} | {name} | {operations / Timing.Median(seconds["fathom"]):F0} | {best:F0} | {100 * best / peak:F0} | {rate} | {ratio} |");
            }
        }

        if (ratios.Count > 0) Console.WriteLine($"\nGeometric mean of the ratios: {Math.Exp(ratios.Average(Math.Log)):F2}");
    }
}
