namespace Fathom.Insight.Detection;

/// <summary>A fit sample that is like a new one.</summary>
/// <param name="Index">Its place in the fit data.</param>
/// <param name="Similarity">Cosine of the embeddings, -1 to 1.</param>
/// <param name="Text">The beginning of its text; <see langword="null"/> where texts were not kept.</param>
public readonly record struct Neighbour(long Index, double Similarity, string? Text);
