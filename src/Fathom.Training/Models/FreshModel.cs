using Fathom.Models.Architectures;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Weights of a model that was never taught, as transformers draws them: matrices normal with <c>initializer_range</c> (OPT: <c>init_std</c>), norms by 1, biases 0.</summary>
internal static class FreshModel
{
    private const double DefaultRange = 0.02;

    /// <summary>The shape a config.json tells, and the spread of its first weights.</summary>
    public static (DecoderConfig Config, double Range) Read(ReadOnlySpan<byte> configJson, string place)
    {
        var config = HuggingFaceConfig.Parse(configJson, place);
        var type = config.String("model_type") ?? throw config.Wrong("model_type", $"is missing; known are {string.Join(", ", ArchitectureRegistry.HuggingFaceTypes)}");
        var shape = ArchitectureRegistry.ForHuggingFace(type, place).Read(config);
        return (shape, config.Positive("initializer_range", config.Positive("init_std", DefaultRange)));
    }

    /// <summary>Every parameter; the numbers of one depend on the seed and its place alone, not on its neighbours.</summary>
    public static OrderedDictionary<string, Variable> Draw(DecoderConfig config, double range, AutogradDevice device, ulong seed)
    {
        var parameters = new OrderedDictionary<string, Variable>(StringComparer.Ordinal);
        try
        {
            // Norms of several heads may lie in one matrix.
            var plan = new DecoderPlan(config);
            var norms = Enumerable.Range(0, config.Layers).SelectMany(layer => new[] { plan.Layer(layer).Attention.QueryNorm, plan.Layer(layer).Attention.KeyNorm })
                .OfType<NormPlan>().SelectMany(norm => norm.Weights).ToHashSet(StringComparer.Ordinal);
            foreach (var (name, shape) in ParameterShapes.Of(config))
            {
                var variable = device.NewVariable(true, shape);
                parameters.Add(name, variable);
                if (shape.Length >= 2 && !norms.Contains(name)) Fill(variable.Values, range, new CounterRandom(seed, (ulong)parameters.Count - 1));
                else if (!name.EndsWith(".bias", StringComparison.Ordinal)) variable.Values.Fill(config.NormAddsOne ? 0 : 1);
            }

            return parameters;
        }
        catch
        {
            foreach (var variable in parameters.Values) variable.Dispose();
            throw;
        }
    }

    private static void Fill(Span<float> values, double range, CounterRandom random)
    {
        foreach (ref var value in values) value = (float)(range * random.NextNormal());
    }
}
