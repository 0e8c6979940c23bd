using System.Diagnostics;
using Fathom.Insight.Detection;
using Fathom.Tensors;

namespace Fathom.Benchmarks;

/// <summary>Full covariances and moments over a stream far larger than memory would hold: time a trace and memory, tenth by tenth.</summary>
internal static class DetectorScaleBenchmark
{
    private const string Detectors = "mahalanobis_ledoit_wolf";

    public static void Run(Bench bench)
    {
        Console.WriteLine($"\n### Fitting `{Detectors}` on a stream, {bench.Device.Name}\n");
        Console.WriteLine("| traces | width | microseconds a trace, by tenths | memory kept, MiB, by tenths | to finish s |\n|---|---|---|---|---|");
        Measure(Size("FATHOM_BENCH_TRACES", 1_000_000), 256);
        Measure(Size("FATHOM_BENCH_TRACES", 1_000_000) / 10, 1024);
    }

    private static void Measure(int count, int width)
    {
        var origin = DetectorTraces.Origin(width);
        var fitter = new DetectorFitter([new MahalanobisDetector(CovarianceRule.LedoitWolf, labelled: false)], origin);

        // Making random numbers is not what is measured: a few thousand vectors come again and again, each time a little larger.
        const int Different = 4096;
        var random = new CounterRandom(4);
        var features = new float[Different * width];
        for (var i = 0; i < features.Length; i++) features[i] = (float)random.NextNormal();
        var times = new List<string>();
        var kept = new List<string>();
        var feature = new float[width];
        for (var tenth = 0; tenth < 10; tenth++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = tenth * (count / 10); i < (tenth + 1) * (count / 10); i++)
            {
                var scale = 1 + (i / Different) * 1e-4f;
                for (var j = 0; j < width; j++) feature[j] = features[i % Different * width + j] * scale;
                fitter.Add(DetectorTraces.Of(i, feature));
            }

            times.Add($"{Stopwatch.GetElapsedTime(start).TotalMicroseconds / (count / 10):F0}");
            kept.Add($"{GC.GetTotalMemory(forceFullCollection: true) / 1048576.0:F0}");
        }

        var finishing = Stopwatch.GetTimestamp();
        _ = fitter.Build();
        Console.WriteLine($"| {count} | {width} | {string.Join(" ", times)} | {string.Join(" ", kept)} | {Stopwatch.GetElapsedTime(finishing).TotalSeconds:F2} |");
    }

    private static int Size(string variable, int standard) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var size) ? size : standard;
}
