namespace Fathom.Reports;

/// <summary>A known question that is like a strange one.</summary>
/// <param name="Index">Its place in the data the detectors were fitted on, from 0.</param>
/// <param name="Similarity">Cosine of the embeddings, -1 to 1.</param>
/// <param name="Text">The beginning of its text; empty where texts were not kept.</param>
public sealed record SimilarQuestion(long Index, double Similarity, string Text);
