using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>One thing that an optimiser remembers of a parameter.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Name">What it is, as in PyTorch: <c>exp_avg</c>, <c>exp_avg_sq</c>.</param>
/// <param name="Values">The numbers, as many as the parameter has.</param>
public sealed record OptimiserMoment(Variable Parameter, string Name, Variable Values);
