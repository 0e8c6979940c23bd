using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>Parameters that share an optimiser's settings.</summary>
/// <param name="Parameters">The parameters.</param>
/// <param name="WeightDecay">Decoupled decay: each step takes rate x decay of the weight.</param>
/// <param name="RateFactor">Factor on the learning rate.</param>
public sealed record ParameterGroup(IReadOnlyList<Variable> Parameters, double WeightDecay = 0, double RateFactor = 1)
{
    /// <summary>Two groups: matrices with decay, norms and biases without.</summary>
    public static IReadOnlyList<ParameterGroup> DecayOnMatrices(IEnumerable<Variable> parameters, double weightDecay)
    {
        var byKind = parameters.ToLookup(parameter => parameter.Shape.Count >= 2);
        return [new ParameterGroup([.. byKind[true]], weightDecay), new ParameterGroup([.. byKind[false]])];
    }
}
