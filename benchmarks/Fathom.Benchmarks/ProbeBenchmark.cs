namespace Fathom.Benchmarks;

/// <summary>The machine's own limits.</summary>
internal static unsafe class ProbeBenchmark
{
    public static void Run(Bench bench)
    {
        var seconds = bench.NewTiming()
            .Add("fma", () => Probes.Fma(bench.Workers))
            .Add("read", () => Probes.Read(bench.Workers, bench.ReadBuffer))
            .Measure();
        var operations = bench.Workers.Threads * Probes.FmaOperations / 1e9;
        Console.WriteLine($"\n### Probes, {bench.Device.Name} (median, best of {bench.Rounds} rounds)\n");
        Console.WriteLine($"| probe | median | best |\n|---|---|---|");
        Console.WriteLine($"| FMA, GF/s | {operations / Timing.Median(seconds["fma"]):F0} | {operations / seconds["fma"].Min():F0} |");
        Console.WriteLine($"| memory read, GB/s | {Probes.BytesRead / 1e9 / Timing.Median(seconds["read"]):F1} | {Probes.BytesRead / 1e9 / seconds["read"].Min():F1} |");
    }
}
