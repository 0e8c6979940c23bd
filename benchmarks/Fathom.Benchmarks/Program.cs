using Fathom.Benchmarks;
using Fathom.Tensors;

// usage: dotnet run -c Release --project benchmarks/Fathom.Benchmarks -- [probes] [gemm] [products] [gemv] [attention] [rows] [step] [pass] [train] [lora] [pack] [detectors] [spectra] [detector-scale] [tokenize] [tokenize-server] [--threads N] [--bits 512|256|128] [--rounds N] [--processor-time 1]
var sections = new List<string>();
var settings = new Dictionary<string, int>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i].StartsWith("--", StringComparison.Ordinal))
    {
        if (i + 1 == args.Length || !int.TryParse(args[i + 1], out var value))
        {
            Console.Error.WriteLine($"{args[i]} needs a number.");
            return 2;
        }

        settings[args[i++]] = value;
    }
    else
    {
        sections.Add(args[i]);
    }
}

var benchmarks = new Dictionary<string, Action<Bench>>
{
    ["probes"] = ProbeBenchmark.Run,
    ["gemm"] = GemmBenchmark.Run,
    ["products"] = ProductBenchmark.Run,
    ["gemv"] = GemvBenchmark.Run,
    ["attention"] = AttentionBenchmark.Run,
    ["rows"] = RowBenchmark.Run,
    ["step"] = StepBenchmark.Run,
    ["pass"] = PassBenchmark.Run,
    ["train"] = bench => TrainBenchmark.Run(bench, lora: false),
    ["lora"] = bench => TrainBenchmark.Run(bench, lora: true),
    ["pack"] = PackBenchmark.Run,
    ["detectors"] = DetectorBenchmark.Run,
    ["spectra"] = DetectorBenchmark.RunSpectra,
    ["detector-scale"] = DetectorScaleBenchmark.Run,
    ["tokenize"] = TokenizeBenchmark.Run,
    ["tokenize-server"] = TokenizeServer.Run,
};
if (sections.Find(section => !benchmarks.ContainsKey(section)) is { } unknown)
{
    Console.Error.WriteLine($"No benchmark '{unknown}'; there are {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

if (!OpenBlas.IsPresent)
{
    Console.Error.WriteLine("OpenBLAS (libopenblas.so.0) was not found: its columns stay empty. Debian: apt-get install libopenblas0-pthread");
}

using var bench = new Bench(
    Device.Cpu(new CpuOptions
    {
        Threads = settings.TryGetValue("--threads", out var threads) ? threads : null,
        VectorBits = settings.TryGetValue("--bits", out var bits) ? bits : null,
    }),
    settings.TryGetValue("--bits", out var width) ? width : null,
    settings.GetValueOrDefault("--rounds", 9),
    settings.GetValueOrDefault("--processor-time") != 0);
foreach (var (name, run) in benchmarks)
{
    // The server waits for orders, so it only runs when asked for.
    if (sections.Contains(name) || (sections.Count == 0 && name != "tokenize-server"))
    {
        run(bench);
    }
}

return 0;
