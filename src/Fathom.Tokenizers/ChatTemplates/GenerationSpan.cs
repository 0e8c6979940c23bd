namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>A part of the rendered text that a <c>{% generation %}</c> block wrote: what the assistant said.</summary>
/// <param name="Start">First position, in Unicode code points.</param>
/// <param name="End">Position behind the last, in Unicode code points.</param>
/// <param name="StartUtf16">First position, as an index into the C# string.</param>
/// <param name="EndUtf16">Position behind the last, as an index into the C# string.</param>
public readonly record struct GenerationSpan(int Start, int End, int StartUtf16, int EndUtf16);
