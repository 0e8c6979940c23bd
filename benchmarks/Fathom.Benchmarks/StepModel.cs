using Fathom.Tensors;
using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Benchmarks;

/// <summary>A Llama-shaped model with random weights and a tied head, and its AdamW step with clipping.</summary>
internal sealed class StepModel : IDisposable
{
    private readonly AutogradDevice _device;
    private readonly StepShape _shape;
    private readonly Variable _embedding, _norm;
    private readonly List<Variable[]> _layers = [];
    private readonly List<(Variable First, Variable Second)> _moments = [];
    private int _steps;

    public StepModel(AutogradDevice device, StepShape shape)
    {
        (_device, _shape) = (device, shape);
        var narrow = shape.KeyValueHeads * shape.HeadDim;
        _embedding = Random(device, 0.1f, shape.Vocabulary, shape.Width);
        _norm = Random(device, 1f, shape.Width);
        Parameters.AddRange([_embedding, _norm]);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            _layers.Add([
                Random(device, 1f, shape.Width), Random(device, 0.1f, shape.Width, shape.Width), Random(device, 0.1f, narrow, shape.Width), Random(device, 0.1f, narrow, shape.Width),
                Random(device, 0.1f, shape.Width, shape.Width), Random(device, 1f, shape.Width), Random(device, 0.1f, shape.FeedForward, shape.Width),
                Random(device, 0.1f, shape.FeedForward, shape.Width), Random(device, 0.1f, shape.Width, shape.FeedForward)]);
            Parameters.AddRange(_layers[^1]);
        }

        foreach (var parameter in Parameters) _moments.Add((device.NewVariable(false, parameter.Length), device.NewVariable(false, parameter.Length)));
    }

    /// <summary>Everything that is taught.</summary>
    public List<Variable> Parameters { get; } = [];

    /// <summary>A parameter of random numbers.</summary>
    public static Variable Random(AutogradDevice device, float scale, params ReadOnlySpan<int> shape)
    {
        var variable = device.NewVariable(true, shape);
        var random = new CounterRandom(3, (ulong)variable.Length);
        foreach (ref var value in variable.Values) value = scale * (random.NextSingle() - 0.5f);
        return variable;
    }

    /// <summary>One step: forward, backward, norm of the gradients, AdamW.</summary>
    public void Step(RowSegment[] segments)
    {
        var rows = segments[^1].Start + segments[^1].Length;
        var ids = Enumerable.Range(0, rows).Select(i => i * 7919 % _shape.Vocabulary).ToArray();
        using (var tape = new Tape(_device))
        {
            var (cos, sin) = (tape.New(false, rows, _shape.HeadDim / 2), tape.New(false, rows, _shape.HeadDim / 2));
            cos.Values.Fill(1f);
            sin.Values.Clear();
            var x = tape.Embed(_embedding, ids);
            foreach (var w in _layers)
            {
                var normed = tape.RmsNorm(x, w[0], 1e-5f);
                var (q, k) = (tape.Rotate(tape.Linear(normed, w[1]), _shape.HeadDim, cos, sin), tape.Rotate(tape.Linear(normed, w[2]), _shape.HeadDim, cos, sin));
                x = tape.Add(x, tape.Linear(tape.Attention(q, k, tape.Linear(normed, w[3]), segments, _shape.Layout), w[4]));
                normed = tape.RmsNorm(x, w[5], 1e-5f);
                x = tape.Add(x, tape.Linear(tape.SiluMultiply(tape.Linear(normed, w[6]), tape.Linear(normed, w[7])), w[8]));
            }

            tape.Backward(tape.HeadCrossEntropy(tape.RmsNorm(x, _norm, 1e-5f), _embedding, ids, [.. Enumerable.Repeat(1f / rows, rows)]));
        }

        _ = Parameters.Sum(parameter => _device.Rows.SumOfSquares(parameter.Gradient));
        var factors = AdamWFactors.Of(++_steps, 1e-5, 0.9, 0.999, 1e-8, 0.01);
        for (var i = 0; i < Parameters.Count; i++)
        {
            _device.Rows.AdamW(Parameters[i].Values, Parameters[i].Gradient, _moments[i].First.Values, _moments[i].Second.Values, factors);
        }
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters) parameter.Dispose();
        foreach (var (first, second) in _moments)
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
