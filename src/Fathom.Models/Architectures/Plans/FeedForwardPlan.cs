using Fathom.Tensors.Autograd;

namespace Fathom.Models.Architectures;

/// <summary>down(activation(gate(x)) up(x)), or without a gate down(activation(up(x))).</summary>
/// <param name="Gate">The gate, where there is one.</param>
/// <param name="Up">The other projection in.</param>
/// <param name="Down">The projection out.</param>
/// <param name="Activation">The activation.</param>
internal sealed record FeedForwardPlan(LinearPlan? Gate, LinearPlan Up, LinearPlan Down, Activation Activation)
{
    /// <summary>Width inside.</summary>
    public int Width => Down.Inputs;

    /// <summary>Every tensor in the order of the pass.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors => Linears.SelectMany(linear => linear.Tensors);

    /// <summary>Its linear layers.</summary>
    public IEnumerable<LinearPlan> Linears => Gate is null ? [Up, Down] : [Gate, Up, Down];
}
