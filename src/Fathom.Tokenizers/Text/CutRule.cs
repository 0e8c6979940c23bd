namespace Fathom.Tokenizers.Text;

/// <summary>Whether, and how, a text may be cut before a single space between two ASCII letters so that both parts come out as they would together.</summary>
internal enum CutRule
{
    /// <summary>It may not.</summary>
    Never,

    /// <summary>The second part begins with the space.</summary>
    KeepsSpace,

    /// <summary>The second part begins behind the space, since one is put before every text.</summary>
    DropsSpace,
}
