using Fathom.Tensors;
using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Benchmarks;

/// <summary>
/// A training step of a Llama-shaped model with random weights, and the parts of it that are no matrix product, each as often as the step
/// calls it; what remains of the step is products, memory and dispatch.
/// </summary>
internal static class StepBenchmark
{
    public static void Run(Bench bench)
    {
        using var device = new AutogradDevice(new CpuOptions { Threads = bench.Device.Threads, VectorBits = bench.VectorBits });
        Measure(bench, device, "SmolLM2-135M, one sequence of 512", new StepShape(30, 576, 1536, 9, 3, 49152), [new RowSegment(0, 512)]);
        Measure(bench, device, "small model, 34 sequences of 60", new StepShape(6, 192, 512, 6, 3, 1024), [.. Enumerable.Range(0, 34).Select(i => new RowSegment(60 * i, 60))]);
    }

    private static void Measure(Bench bench, AutogradDevice device, string name, StepShape shape, RowSegment[] segments)
    {
        using var model = new StepModel(device, shape);
        var rows = segments[^1].Start + segments[^1].Length;
        var parts = Parts(device, shape, segments, rows, model.Parameters.Sum(parameter => parameter.Length));
        var timing = bench.NewTiming(0.003).Add("step", () => model.Step(segments));
        foreach (var (part, _, run) in parts) timing.Add(part, run);
        var seconds = timing.Measure();
        var step = Timing.Median(seconds["step"]);
        Console.WriteLine($"\n### Training step, {name}, {bench.Device.Name} (median of {bench.Rounds} rounds)\n");
        Console.WriteLine($"step {1e3 * step:F0} ms, best {1e3 * seconds["step"].Min():F0} ms, {rows / step:F0} tokens/s\n");
        Console.WriteLine("| part | times | ms in a step | best | share |\n|---|---|---|---|---|");
        var sum = 0.0;
        foreach (var (part, times, _) in parts)
        {
            var total = times * Timing.Median(seconds[part]);
            sum += total;
            Console.WriteLine($"| {part} | {times} | {1e3 * total:F1} | {1e3 * times * seconds[part].Min():F1} | {total / step:P1} |");
        }

        Console.WriteLine($"| together | | {1e3 * sum:F1} | | {sum / step:P1} |");
    }

    private static List<(string Name, int Times, Action Run)> Parts(AutogradDevice device, StepShape shape, RowSegment[] segments, int rows, int parameters)
    {
        var kernels = device.Rows;
        var (wide, narrow, layers) = (shape.Heads * shape.HeadDim, shape.KeyValueHeads * shape.HeadDim, shape.Layers);
        var layout = shape.Layout;
        Variable New(params ReadOnlySpan<int> sizes) => StepModel.Random(device, 0.5f, sizes);
        var (q, k, v, dy, y, sums) = (New(rows, wide), New(rows, narrow), New(rows, narrow), New(rows, wide), New(rows, wide), New(rows, shape.Heads));
        var (dq, dk, dv) = (New(rows, wide), New(rows, narrow), New(rows, narrow));
        kernels.Attention(q.Values, k.Values, v.Values, segments, layout, y.Values, sums.Values);
        var (x, w, z, dw) = (New(rows, shape.Width), New(shape.Width), New(rows, shape.Width), New(shape.Width));
        var (gate, up, silu, dgate, dup) = (New(rows, shape.FeedForward), New(rows, shape.FeedForward), New(rows, shape.FeedForward), New(rows, shape.FeedForward), New(rows, shape.FeedForward));
        var (cos, sin) = (new float[rows * shape.HeadDim / 2], new float[rows * shape.HeadDim / 2]);
        const int chunk = 128;
        var (logits, work) = (New(chunk, shape.Vocabulary), New(chunk, shape.Vocabulary));
        var (targets, factors, losses) = (new int[chunk], Enumerable.Repeat(0.1f, chunk).ToArray(), new float[chunk]);
        var (weight, gradient, first, second) = (New(parameters), New(parameters), New(parameters), New(parameters));
        first.Values.Clear();
        second.Values.Clear();
        var optimiser = AdamWFactors.Of(1, 1e-6, 0.9, 0.999, 1e-8, 0.01);
        return
        [
            ("attention", layers, () => kernels.Attention(q.Values, k.Values, v.Values, segments, layout, y.Values, sums.Values)),
            ("attention back", layers, () => kernels.AttentionGradient(q.Values, k.Values, v.Values, y.Values, sums.Values, dy.Values, segments, layout, dq.Values, dk.Values, dv.Values)),
            ("cross-entropy", (rows + chunk - 1) / chunk, () => kernels.CrossEntropy(logits.Values, targets, shape.Vocabulary, losses)),
            ("cross-entropy back", (rows + chunk - 1) / chunk, () => kernels.CrossEntropyGradient(work.Values, targets, factors, shape.Vocabulary)),
            ("SiLU", layers, () => kernels.SiluMultiply(gate.Values, up.Values, silu.Values)),
            ("SiLU back", layers, () => kernels.SiluMultiplyGradient(gate.Values, up.Values, silu.Values, dgate.Values, dup.Values)),
            ("norm", 2 * layers + 1, () => kernels.RmsNorm(x.Values, w.Values, rows, shape.Width, 1e-5f, z.Values)),
            ("norm back", 2 * layers + 1, () => kernels.RmsNormGradient(x.Values, w.Values, z.Values, rows, shape.Width, 1e-5f, dy.Values, dw.Values)),
            ("rotation of queries and keys", layers, () => Rotate(kernels, q, dq, k, dk)),
            ("rotation back", layers, () => RotateBack(kernels, q, dq, k, dk)),
            ("residual and its back", 6 * layers, () => kernels.Add(x.Values, z.Values)),
            ("AdamW", 1, () => kernels.AdamW(weight.Values, gradient.Values, first.Values, second.Values, optimiser)),
            ("norm of the gradient", 1, () => kernels.SumOfSquares(gradient.Values)),
        ];

        void Rotate(IRowKernels kernels, Variable q, Variable to, Variable k, Variable toKeys)
        {
            kernels.Rotate(q.Values, rows, shape.Heads, shape.HeadDim, cos, sin, to.Values);
            kernels.Rotate(k.Values, rows, shape.KeyValueHeads, shape.HeadDim, cos, sin, toKeys.Values);
        }

        void RotateBack(IRowKernels kernels, Variable q, Variable to, Variable k, Variable toKeys)
        {
            kernels.RotateGradient(q.Values, rows, shape.Heads, shape.HeadDim, cos, sin, to.Values);
            kernels.RotateGradient(k.Values, rows, shape.KeyValueHeads, shape.HeadDim, cos, sin, toKeys.Values);
        }
    }
}
