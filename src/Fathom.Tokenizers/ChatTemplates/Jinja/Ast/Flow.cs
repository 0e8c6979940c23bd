namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}
