namespace Fathom.Models.Architectures;

/// <summary>A router and its experts.</summary>
/// <param name="Router">To one number an expert.</param>
/// <param name="Experts">The feed-forwards.</param>
/// <param name="PerToken">How many a token goes through.</param>
/// <param name="Normalised">Whether the chosen shares are made to sum to 1.</param>
internal sealed record MixturePlan(LinearPlan Router, IReadOnlyList<FeedForwardPlan> Experts, int PerToken, bool Normalised)
{
    /// <summary>Every tensor in the order of the pass.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors => [.. Router.Tensors, .. Experts.SelectMany(expert => expert.Tensors)];

    /// <summary>Its linear layers.</summary>
    public IEnumerable<LinearPlan> Linears => [Router, .. Experts.SelectMany(expert => expert.Linears)];
}
