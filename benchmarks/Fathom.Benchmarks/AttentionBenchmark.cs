using Fathom.Tensors.Kernels;

namespace Fathom.Benchmarks;

/// <summary>Causal attention of SmolLM2-135M's shape (9 heads, 3 of keys and values, 64 wide); flops of the visible half are counted.</summary>
internal static unsafe class AttentionBenchmark
{
    public static void Run(Bench bench)
    {
        Console.WriteLine($"\n### Causal attention, 9 heads, 3 key/value heads, width 64, {bench.Device.Name} (median of {bench.Rounds} rounds)\n");
        Console.WriteLine("| positions | rows | us | best | GF/s | % of FMA peak (best) | append us |\n|---|---|---|---|---|---|---|");
        foreach (var (positions, rows) in new[] { (128, 128), (512, 512), (2048, 2048), (512, 1), (2048, 1) })
        {
            var q = bench.Floats(positions * 576L);
            var k = bench.Floats(positions * 192L);
            var y = bench.Floats(positions * 576L);
            using var cache = bench.Device.Kernels.CreateCache(3, 64);
            cache.Append(k, 192, k, 192, positions);
            var timing = bench.NewTiming();
            timing.Add("peak", () => Probes.Fma(bench.Workers));
            timing.Add("fathom", () =>
            {
                AttentionSegment segment = new(cache, 0, rows);
                bench.Device.Kernels.Attention(new ReadOnlySpan<AttentionSegment>(in segment), q, 576, 9, 0.125f, 0, y, 576);
            });
            timing.Add("append", () =>
            {
                cache.Truncate(positions - rows);
                cache.Append(k, 192, k, 192, rows);
            });
            var seconds = timing.Measure();
            var visible = rows == 1 ? positions : positions * (positions + 1.0) / 2;
            var operations = 4 * 64 * 9 * visible / 1e9;
            var peak = bench.Workers.Threads * Probes.FmaOperations / 1e9 / seconds["peak"].Min();
            var time = Timing.Median(seconds["fathom"]);
            var best = seconds["fathom"].Min();
            Console.WriteLine($"| {positions} | {rows} | {1e6 * time:F0} | {1e6 * best:F0} | {operations / time:F0} | {100 * operations / best / peak:F0} | {1e6 * Timing.Median(seconds["append"]):F0} |");
        }
    }
}
