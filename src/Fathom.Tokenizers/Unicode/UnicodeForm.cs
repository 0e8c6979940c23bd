namespace Fathom.Tokenizers.Unicode;

/// <summary>The four Unicode normalization forms.</summary>
[Flags]
internal enum UnicodeForm
{
    /// <summary>Canonical decomposition (NFD).</summary>
    Decomposed = 0,

    /// <summary>Canonical decomposition, then composition (NFC).</summary>
    Composed = 1,

    /// <summary>Compatibility decomposition (NFKD).</summary>
    Compatible = 2,

    /// <summary>Compatibility decomposition, then canonical composition (NFKC).</summary>
    CompatibleComposed = 3,
}
