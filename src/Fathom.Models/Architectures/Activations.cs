using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>The names config.json has for activations.</summary>
internal static class Activations
{
    private static readonly Dictionary<string, Activation> Names = new(StringComparer.Ordinal)
    {
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["gelu"] = Activation.Gelu,
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu_fast"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["quick_gelu"] = Activation.QuickGelu,
        ["relu"] = Activation.Relu,
        ["tanh"] = Activation.Tanh,
    };

    /// <summary>The activation under a key, or the one that <paramref name="otherwise"/> names.</summary>
    /// <exception cref="FathomException">It is not known.</exception>
    public static Activation Read(HuggingFaceConfig config, string key, string otherwise) =>
        Names.TryGetValue(config.String(key, otherwise)!, out var activation) ? activation : throw config.Unsupported(key, string.Join(", ", Names.Keys.Order(StringComparer.Ordinal)));
}
