using System.Collections.Immutable;

namespace Fathom.Models.Conversion;

/// <summary>A tensor of a GGUF file and the Hugging Face tensors it is made of.</summary>
/// <param name="Name">Its GGUF name.</param>
/// <param name="Shape">Its shape, the longest stride first.</param>
/// <param name="Pieces">What lies in it, one after another.</param>
internal sealed record GgufTensorPlan(string Name, ImmutableArray<long> Shape, IReadOnlyList<GgufPiece> Pieces);
