using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Models.Encoders.Sentences;

/// <summary>A Dense module behind the pooling: y = f(W x + b), in double.</summary>
internal sealed class SentenceDense
{
    private readonly float[] _weight;
    private readonly float[] _bias;
    private readonly int _inputs;
    private readonly Activation? _activation;

    private SentenceDense(float[] weight, float[] bias, int inputs, Activation? activation) => (_weight, _bias, _inputs, _activation) = (weight, bias, inputs, activation);

    /// <summary>Numbers of an output.</summary>
    public int Outputs => _bias.Length;

    /// <summary>Reads the module's folder.</summary>
    /// <exception cref="FathomException">It is not whole, or does not take vectors of <paramref name="inputs"/> numbers.</exception>
    public static SentenceDense Load(string folder, int inputs)
    {
        var config = HuggingFaceConfig.Load(Path.Combine(folder, "config.json"));
        if (config.Int32("in_features") != inputs) throw config.Wrong("in_features", $"differs from the {inputs} numbers of the vectors that come in");
        var outputs = config.Int32("out_features");
        var activation = config.String("activation_function", "torch.nn.modules.activation.Tanh") switch
        {
            "torch.nn.modules.linear.Identity" => (Activation?)null,
            "torch.nn.modules.activation.Tanh" => Activation.Tanh,
            "torch.nn.modules.activation.ReLU" => Activation.Relu,
            "torch.nn.modules.activation.GELU" => Activation.Gelu,
            "torch.nn.modules.activation.Sigmoid" => Activation.Sigmoid,
            _ => throw config.Unsupported("activation_function", "Identity, Tanh, ReLU, GELU, Sigmoid of torch.nn.modules"),
        };
        using var weights = WeightsFolder.Open(folder);
        var biased = config.Boolean("bias", true);
        return new SentenceDense(Read(weights, "linear.weight", outputs, inputs), biased ? Read(weights, "linear.bias", outputs) : new float[outputs], inputs, activation);
    }

    /// <summary>The files of a module's folder that decide its numbers.</summary>
    public static IEnumerable<string> Files(string folder) => [Path.Combine(folder, "config.json"), Path.Combine(folder, WeightsFolder.SingleFile)];

    /// <summary>Computes one vector.</summary>
    public float[] Apply(ReadOnlySpan<float> x)
    {
        var y = new float[Outputs];
        for (var row = 0; row < y.Length; row++)
        {
            double sum = _bias[row];
            for (var i = 0; i < _inputs; i++) sum += (double)_weight[row * _inputs + i] * x[i];
            y[row] = (float)(_activation is { } activation ? PlainActivations.Value(activation, sum) : sum);
        }

        return y;
    }

    private static float[] Read(WeightsFolder weights, string name, params ReadOnlySpan<long> shape)
    {
        var tensor = weights.GetTensor(name);
        if (!tensor.Shape.AsSpan().SequenceEqual(shape)) throw new FathomException($"{weights.Location}: tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}], expected [{string.Join(", ", shape.ToArray())}]");
        var values = new float[tensor.ElementCount];
        WeightValues.Decode(tensor, values);
        return values;
    }
}
