namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>A rendered conversation.</summary>
/// <param name="Text">The text for the tokenizer; special tokens are already in it.</param>
/// <param name="Generation">What <c>{% generation %}</c> blocks wrote, in the order they ended; empty where the template has none.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<GenerationSpan> Generation);
