using Fathom.Tensors;
using Fathom.Tensors.Kernels;

namespace Fathom.Benchmarks;

/// <summary>All layers of a model of SmolLM2-135M's shape on 512 tokens, random weights: what hidden-state extraction costs, without the output layer.</summary>
internal static unsafe class PassBenchmark
{
    private const int Layers = 30, Width = 576, Heads = 9, KeyValueHeads = 3, HeadDim = 64, Inner = 1536, Tokens = 512;
    private static readonly (int N, int K)[] Shapes = [(Width, Width), (192, Width), (192, Width), (Width, Width), (Inner, Width), (Inner, Width), (Width, Inner)];

    public static void Run(Bench bench)
    {
        Console.WriteLine($"\n### Hidden states of SmolLM2-135M's shape, {Tokens} tokens, {bench.Device.Name} (median of {bench.Rounds} rounds)\n");
        Console.WriteLine("| weights | ms | best | tokens/s | best | % of FMA peak (best) |\n|---|---|---|---|---|---|");
        foreach (var type in new[] { DType.F32, DType.BF16, DType.Q8_0, DType.Q4_1 })
        {
            var weights = Enumerable.Range(0, Layers * Shapes.Length).Select(i => new BenchWeight(type, Shapes[i % Shapes.Length].N, Shapes[i % Shapes.Length].K)).ToArray();
            var packed = Array.ConvertAll(weights, weight => bench.Device.Kernels.Pack(weight.Tensor));
            var states = bench.Floats(Tokens * Width);
            var table = bench.Floats(Tokens * HeadDim / 2);
            var norm = bench.Floats(Width);
            var seconds = bench.NewTiming()
                .Add("peak", () => Probes.Fma(bench.Workers))
                .Add("pass", () => Pass(bench.Device.Kernels, packed, states, table, norm))
                .Measure();
            var operations = 2.0 * Tokens * Layers * Shapes.Sum(s => (double)s.N * s.K) + 4.0 * Layers * Heads * HeadDim * Tokens * (Tokens + 1) / 2;
            var peak = bench.Workers.Threads * Probes.FmaOperations / seconds["peak"].Min();
            var (time, best) = (Timing.Median(seconds["pass"]), seconds["pass"].Min());
            Console.WriteLine($"| {type} | {1e3 * time:F0} | {1e3 * best:F0} | {Tokens / time:F0} | {Tokens / best:F0} | {100 * operations / best / peak:F0} |");
            Array.ForEach(packed, p => p.Dispose());
            Array.ForEach(weights, w => w.Dispose());
        }
    }

    private static void Pass(IKernels kernels, PackedMatrix[] weights, float* states, float* table, float* norm)
    {
        using var residual = kernels.Allocate(Tokens * Width);
        using var normal = kernels.Allocate(Tokens * Width);
        using var queries = kernels.Allocate(Tokens * Width);
        using var keys = kernels.Allocate(Tokens * 192);
        using var values = kernels.Allocate(Tokens * 192);
        using var mixed = kernels.Allocate(Tokens * Width);
        using var gate = kernels.Allocate(Tokens * Inner);
        using var up = kernels.Allocate(Tokens * Inner);
        new Span<float>(states, Tokens * Width).CopyTo(residual.Span);
        for (var layer = 0; layer < Layers; layer++)
        {
            var w = weights.AsSpan(layer * Shapes.Length, Shapes.Length);
            kernels.RmsNorm(residual.Pointer, Tokens, Width, norm, 1e-5f, normal.Pointer);
            kernels.Linear(normal.Pointer, Tokens, Width, w[0], null, queries.Pointer, Width);
            kernels.Linear(normal.Pointer, Tokens, Width, w[1], null, keys.Pointer, 192);
            kernels.Linear(normal.Pointer, Tokens, Width, w[2], null, values.Pointer, 192);
            kernels.Rotate(queries.Pointer, Tokens, Width, Heads, HeadDim, HeadDim, table, table);
            kernels.Rotate(keys.Pointer, Tokens, 192, KeyValueHeads, HeadDim, HeadDim, table, table);
            using var cache = kernels.CreateCache(KeyValueHeads, HeadDim);
            cache.Append(keys.Pointer, 192, values.Pointer, 192, Tokens);
            AttentionSegment segment = new(cache, 0, Tokens);
            kernels.Attention(new ReadOnlySpan<AttentionSegment>(in segment), queries.Pointer, Width, Heads, 0.125f, 0, mixed.Pointer, Width);
            kernels.Linear(mixed.Pointer, Tokens, Width, w[3], null, normal.Pointer, Width);
            kernels.AddInPlace(normal.Pointer, Tokens * Width, residual.Pointer);
            kernels.RmsNorm(residual.Pointer, Tokens, Width, norm, 1e-5f, normal.Pointer);
            kernels.Linear(normal.Pointer, Tokens, Width, w[4], null, gate.Pointer, Inner);
            kernels.Linear(normal.Pointer, Tokens, Width, w[5], null, up.Pointer, Inner);
            kernels.SiluMultiply(gate.Pointer, up.Pointer, (long)Tokens * Inner, gate.Pointer);
            kernels.Linear(gate.Pointer, Tokens, Inner, w[6], null, normal.Pointer, Width);
            kernels.AddInPlace(normal.Pointer, Tokens * Width, residual.Pointer);
        }
    }
}
