using System.Diagnostics;
using System.Runtime.InteropServices;
using Fathom.Insight.Detection;
using Fathom.Insight.Diagnosis;
using Fathom.Insight.Numerics;
using Fathom.Models.Tracing;
using Fathom.Tensors;

namespace Fathom.Benchmarks;

/// <summary>
/// Fitting and scoring detectors over a bank of 10,000 × 4,096 beside scikit-learn (<see cref="DetectorPeer"/>), in turn; the
/// eigenvalues of a full matrix of that width beside numpy's; the diagnostics at that width. <c>FATHOM_BENCH_WIDTH</c> and
/// <c>FATHOM_BENCH_BANK</c> change the size; <c>FATHOM_BENCH_ONLY</c> names a part of the detectors' rows, or <c>diagnostics</c>.
/// </summary>
internal static class DetectorBenchmark
{
    private const int Queries = 256;

    /// <summary>All of it.</summary>
    public static void Run(Bench bench) => Run(bench, detectors: true);

    /// <summary>The eigenvalues and diagnostics alone.</summary>
    public static void RunSpectra(Bench bench) => Run(bench, detectors: false);

    private static void Run(Bench bench, bool detectors)
    {
        var width = Size("FATHOM_BENCH_WIDTH", 4096);
        var count = Size("FATHOM_BENCH_BANK", 10_000);
        Console.WriteLine($"\n### Detectors over {count} x {width} fp32, {Queries} queries, {bench.Device.Name} (medians of {bench.Rounds} rounds, of {Heavy(bench)} where a round takes minutes)\n");
        var folder = Directory.CreateTempSubdirectory("fathom-bench-").FullName;
        try
        {
            var bank = Features(count, width, 1);
            var queries = Features(Queries, width, 2);
            File.WriteAllBytes(Path.Combine(folder, "bank"), MemoryMarshal.AsBytes<float>(bank));
            File.WriteAllBytes(Path.Combine(folder, "queries"), MemoryMarshal.AsBytes<float>(queries));
            using var peer = DetectorPeer.Start(Path.Combine(folder, "bank"), Path.Combine(folder, "queries"), count, Queries, width, bench.Device.Threads);
            Console.WriteLine("| | Fathom s | scikit-learn s | ratio | Fathom per query ms | largest relative difference of the sums |\n|---|---|---|---|---|---|");
            var origin = DetectorTraces.Origin(width);
            var traces = DetectorTraces.Of(queries, width).ToArray();
            foreach (var (name, definition, fit, score, heavy) in Contenders().Where(contender => detectors && contender.Name.Contains(Environment.GetEnvironmentVariable("FATHOM_BENCH_ONLY") ?? "", StringComparison.Ordinal)))
            {
                var rounds = heavy ? Heavy(bench) : bench.Rounds;
                FittedDetector detector = null!;
                Compare(bench, peer, $"{name}, fit", fit, rounds, 0, () =>
                {
                    detector = DetectorFitter.Fit([definition], origin, DetectorTraces.Of(bank, width)).Detectors[0];
                    return double.NaN;
                });
                Compare(bench, peer, $"{name}, score", score, bench.Rounds, Queries, () => detector.Score(traces).Sum(definition is CosineDetector ? static value => 1 + value : static value => value));
            }

            if (detectors && Environment.GetEnvironmentVariable("FATHOM_BENCH_ONLY") is not null) return;
            if (Environment.GetEnvironmentVariable("FATHOM_BENCH_ONLY") != "diagnostics") Spectra(bench, peer, bank, width);
            Diagnostics(bank, width);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Name, DetectorDefinition Definition, string Fit, string Score, bool Heavy)> Contenders()
    {
        yield return ("cosine, nearest", new CosineDetector(), "cosine_fit", "cosine_score", false);
        yield return ("10 nearest of unit vectors", new NearestNeighboursDetector(), "knn_fit", "knn_score", false);
        yield return ("Mahalanobis, pseudo-inverse", new MahalanobisDetector(labelled: false), "mahalanobis_fit", "mahalanobis_score", true);
        yield return ("Mahalanobis, Ledoit-Wolf", new MahalanobisDetector(CovarianceRule.LedoitWolf, labelled: false), "ledoit_wolf_fit", "ledoit_wolf_score", true);
    }

    private static void Compare(Bench bench, DetectorPeer? peer, string name, string job, int rounds, int queries, Func<double> run)
    {
        var own = new List<double>();
        var other = new List<double>();
        var difference = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            var start = bench.Now();
            var sum = run();
            own.Add((bench.Now() - start).TotalSeconds);
            if (peer?.Run(job) is not { } answer) continue;
            other.Add(answer.Seconds);
            difference = Math.Max(difference, Math.Abs(sum - answer.Checksum) / Math.Abs(answer.Checksum));
        }

        var median = Timing.Median(own);
        Console.WriteLine($"| {name} | {median:F3} | {(other.Count == 0 ? "-" : $"{Timing.Median(other):F3}")} | {(other.Count == 0 ? "-" : $"{Timing.Ratio([.. own], [.. other]):F1}")} | {(queries == 0 ? "-" : $"{1e3 * median / queries:F2}")} | {(queries == 0 || other.Count == 0 ? "-" : $"{difference:G2}")} |");
    }

    private static void Spectra(Bench bench, DetectorPeer? peer, float[] bank, int width)
    {
        var rows = Math.Min(2 * width, bank.Length / width);
        var sums = new Insight.Detection.Statistics.CovarianceSums(width);
        for (var i = 0; i < rows; i++) sums.Add(bank.AsSpan(i * width, width));
        var packed = sums.Finish().Covariance;
        Compare(bench, peer, "all eigenvalues and eigenvectors of the covariance", "eigh", Heavy(bench), 0, () =>
        {
            var square = new double[width * width];
            for (var i = 0; i < width; i++)
            {
                for (var j = 0; j <= i; j++) square[i * width + j] = square[j * width + i] = packed[i * (i + 1) / 2 + j];
            }

            return SymmetricEigen.Decompose(square, width).Values.Max();
        });
    }

    private static void Diagnostics(float[] bank, int width)
    {
        var isotropy = Seconds(() => Isotropy.Of(Enumerable.Range(0, 1000).Select(i => bank[(i * width)..((i + 1) * width)])));
        var endpoint = new EndpointConvergence();
        var collecting = Seconds(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var state = bank.AsSpan(i * width, width);
                endpoint.Add($"domain {i % 10}", i, new PooledStates(3, width, [.. state, .. state, .. state]));
            }
        });
        var finishing = Seconds(() => endpoint.Finish());
        Console.WriteLine($"\nIsotropy of 1000 embeddings of width {width}: {isotropy:F2} s. Endpoint convergence of 10 domains of 100 samples: {collecting:F2} s to collect, {finishing:F2} s to compare.");
    }

    /// <summary>Features as language models give them: a large common part, coordinates of very different spread.</summary>
    private static float[] Features(int count, int width, ulong seed)
    {
        var shape = new CounterRandom(9);
        var (means, spreads) = (new double[width], new double[width]);
        for (var j = 0; j < width; j++) (means[j], spreads[j]) = (shape.NextNormal(), Math.Pow(2, -3 * shape.NextDouble()));
        var features = new float[count * width];
        Parallel.For(0, count, i =>
        {
            var random = new CounterRandom(seed, (ulong)i);
            for (var j = 0; j < width; j++) features[i * width + j] = (float)(means[j] + spreads[j] * random.NextNormal());
        });
        return features;
    }

    private static double Seconds(Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static int Heavy(Bench bench) => Math.Max(1, bench.Rounds / 3);

    private static int Size(string variable, int standard) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var size) ? size : standard;
}
