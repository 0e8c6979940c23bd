using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fathom.Models.Adapters;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;
using Fathom.Training;

namespace Fathom.Benchmarks;

/// <summary>
/// A whole optimiser step of SmolLM2-135M on 512 tokens: every parameter, and LoRA of rank 8 on every linear layer. Where there is a
/// PyTorch script (<c>FATHOM_TORCH_PEER</c>, or shared/peers/torch_llama.py beside the repository; empty: none) it runs in turn with each round.
/// </summary>
internal static class TrainBenchmark
{
    private const int Tokens = 512;

    public static void Run(Bench bench, bool lora)
    {
        Console.WriteLine($"\n### {(lora ? "LoRA step (rank 8, every linear layer)" : "Training step (every parameter)")} of SmolLM2-135M, {Tokens} tokens, {bench.Device.Name} (median of {bench.Rounds} rounds)\n");
        var folder = Find("FATHOM_BENCH_MODEL", "shared/models/smollm2-135m-instruct");
        if (folder is null)
        {
            Console.WriteLine("Left out: no model; give its folder in FATHOM_BENCH_MODEL.");
            return;
        }

        using var device = new AutogradDevice(new CpuOptions { Threads = bench.Device.Threads, VectorBits = bench.VectorBits });
        using var model = TrainableModel.Load(folder, device);
        if (lora) model.AddAdapter("lora", new LoraOptions { TargetPattern = LoraOptions.AllLinear });
        using var optimiser = new AdamW(device, ParameterGroup.DecayOnMatrices(model.Trainable.Values, 0.01));
        var random = new CounterRandom(3);
        var batch = TokenBatch.Of([[.. Enumerable.Range(0, Tokens).Select(_ => random.NextInt32(model.Config.Vocabulary))]]);
        Step(bench, model, optimiser, batch);
        Step(bench, model, optimiser, batch);
        var parts = new List<double[]>();
        var peer = new List<double>();
        var script = Find("FATHOM_TORCH_PEER", "shared/peers/torch_llama.py");
        for (var round = 0; round < bench.Rounds; round++)
        {
            parts.Add(Step(bench, model, optimiser, batch));
            if (script is not null) peer.Add(Peer(script, lora ? "lora" : "train", device.Threads));
        }

        var (median, best) = (Timing.Median(parts.Select(p => p.Sum())), parts.Min(p => p.Sum()));
        string Part(int i) => $"{Timing.Median(parts.Select(p => p[i])):F2}";
        var other = peer.Count == 0 ? ("-", "-") : ($"{Timing.Median(peer):F2}", $"{Timing.Median(peer) / median:F2}");
        Console.WriteLine("| s | best | tokens/s | forward and loss s | backward s | optimiser s | PyTorch s | ratio of medians |\n|---|---|---|---|---|---|---|---|");
        Console.WriteLine($"| {median:F2} | {best:F2} | {Tokens / median:F0} | {Part(0)} | {Part(1)} | {Part(2)} | {other.Item1} | {other.Item2} |");
    }

    private static double[] Step(Bench bench, TrainableModel model, AdamW optimiser, TokenBatch batch)
    {
        var start = bench.Now();
        using var tape = new Tape(model.Device);
        var objective = new CausalLanguageModelling();
        var loss = objective.Loss(tape, model, batch, objective.Count(batch));
        var forward = bench.Now();
        tape.Backward(loss);
        var backward = bench.Now();
        optimiser.Step(1e-5);
        var end = bench.Now();
        return [(forward - start).TotalSeconds, (backward - forward).TotalSeconds, (end - backward).TotalSeconds];
    }

    // As its users would set it up for speed: OpenMP threads that sleep when idle, memory that is kept.
    private static double Peer(string script, string mode, int threads)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [script, "--mode", mode, "--tokens", $"{Tokens}", "--threads", $"{threads}", "--repeat", "3"]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "100000000000";
        start.Environment["MALLOC_MMAP_MAX_"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{script} ended with {process.ExitCode.ToString(CultureInfo.InvariantCulture)}");
        return JsonDocument.Parse(output).RootElement.GetProperty("seconds_median").GetDouble();
    }

    private static string? Find(string variable, string relative)
    {
        if (Environment.GetEnvironmentVariable(variable) is { } given) return given.Length == 0 ? null : given;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relative);
            if (File.Exists(path) || Directory.Exists(path)) return path;
        }

        return null;
    }
}
