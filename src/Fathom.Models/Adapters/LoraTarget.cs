namespace Fathom.Models.Adapters;

/// <summary>A linear layer with an update.</summary>
/// <param name="Module">The layer's name.</param>
/// <param name="Outputs">Rows of its weight.</param>
/// <param name="Inputs">Columns of its weight.</param>
/// <param name="Rank">Rank of the update.</param>
/// <param name="Scale">Factor on the update.</param>
public sealed record LoraTarget(string Module, int Outputs, int Inputs, int Rank, float Scale);
