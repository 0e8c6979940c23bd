using Fathom.Tensors.Kernels;

namespace Fathom.Benchmarks;

/// <summary>Operations on rows at the sizes of SmolLM2-135M with 512 tokens; ns per number.</summary>
internal static unsafe class RowBenchmark
{
    public static void Run(Bench bench)
    {
        var kernels = bench.Device.Kernels;
        var x = bench.Floats(512L * 1536);
        var y = bench.Floats(512L * 1536);
        var z = bench.Floats(512L * 1536);
        var table = bench.Floats(512L * 32);
        var logits = bench.Floats(49152);
        LogitStatistics* statistics = stackalloc LogitStatistics[1];
        var at = (nint)statistics;
        var places = (nint)bench.Floats(512 * 2);
        var mask = new DropoutMask(1, 0.1, 0);
        (string Name, double Count, Action Run)[] operations =
        [
            ("RmsNorm 512 x 576", 512 * 576, () => kernels.RmsNorm(x, 512, 576, y, 1e-5f, z)),
            ("LayerNorm 512 x 576", 512 * 576, () => kernels.LayerNorm(x, 512, 576, y, y, 1e-5f, z)),
            ("Rotate 512 x 9 x 64", 512 * 576, () => kernels.Rotate(x, 512, 576, 9, 64, 64, table, table)),
            ("SiluMultiply 512 x 1536", 512 * 1536, () => kernels.SiluMultiply(x, y, 512 * 1536, z)),
            ("AddInPlace 512 x 576", 512 * 576, () => kernels.AddInPlace(x, 512 * 576, z)),
            ("Dropout 512 x 576", 512 * 576, () => kernels.Dropout(z, 512, 576, (DropoutPlace*)places, mask)),
            ("LogitStatistics 1 x 49152", 49152, () => kernels.LogitStatistics(logits, 1, 49152, 49152, (LogitStatistics*)at)),
        ];
        Console.WriteLine($"\n### Row operations, {bench.Device.Name} (median of {bench.Rounds} rounds)\n");
        Console.WriteLine("| operation | us | best | ns per number |\n|---|---|---|---|");
        var timing = bench.NewTiming(0.003);
        foreach (var (name, _, run) in operations)
        {
            timing.Add(name, run);
        }

        var seconds = timing.Measure();
        foreach (var (name, count, _) in operations)
        {
            var time = Timing.Median(seconds[name]);
            Console.WriteLine($"| {name} | {1e6 * time:F0} | {1e6 * seconds[name].Min():F0} | {1e9 * time / count:F2} |");
        }
    }
}
