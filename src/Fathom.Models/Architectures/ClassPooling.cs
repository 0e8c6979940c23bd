namespace Fathom.Models.Architectures;

/// <summary>What of a sequence a class head reads, after the final norm.</summary>
public enum ClassPooling
{
    /// <summary>The last token's state, as transformers' heads do.</summary>
    Last,

    /// <summary>The mean over all tokens.</summary>
    Mean,
}
