using Fathom.Tensors;

namespace Fathom.Benchmarks;

/// <summary>Packing a weight of 49152 x 576 at first use; ns per weight decides how long a model takes to load.</summary>
internal static unsafe class PackBenchmark
{
    public static void Run(Bench bench)
    {
        const int Outputs = 49152, Inputs = 768;
        Console.WriteLine($"\n### Packing, {bench.Device.Name} (median of {bench.Rounds} rounds)\n");
        Console.WriteLine("| weights | ms for {0} x {1} | ns per weight |\n|---|---|---|", Outputs, Inputs);
        var x = bench.Floats(Inputs);
        var y = bench.Floats(Outputs);
        var timing = bench.NewTiming(0.001);
        DType[] types = [DType.F32, DType.BF16, DType.Q8_0, DType.Q4_1, DType.Q4_K, DType.Q6_K];
        foreach (var type in types)
        {
            var weight = new BenchWeight(type, Outputs, Inputs);
            timing.Add(type.ToString(), () =>
            {
                using var packed = bench.Device.Kernels.Pack(weight.Tensor);
                bench.Device.Kernels.Linear(x, 1, Inputs, packed, null, y, Outputs);
            });
        }

        foreach (var (name, seconds) in timing.Measure())
        {
            var time = Timing.Median(seconds);
            Console.WriteLine($"| {name} | {1e3 * time:F0} | {1e9 * time / Outputs / Inputs:F2} |");
        }
    }
}
