namespace Fathom.Models.Tracing;

/// <summary>Where dropout is put into a model that has none.</summary>
[Flags]
public enum DropoutSites
{
    /// <summary>Nowhere; refused as an option.</summary>
    None = 0,

    /// <summary>On the embeddings.</summary>
    Embeddings = 1,

    /// <summary>On what every attention adds to the residual stream, after its output projection.</summary>
    Attention = 2,

    /// <summary>On what every feed-forward adds to the residual stream, after its last projection.</summary>
    FeedForward = 4,

    /// <summary>On all of these, as models of GPT-2's kind are trained.</summary>
    All = Embeddings | Attention | FeedForward,
}
