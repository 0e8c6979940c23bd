namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>One parameter of a <see cref="Signature"/>.</summary>
internal readonly record struct Parameter(string Name, bool Optional, bool Keyword);
