namespace Fathom.Models.Conversion;

/// <summary>What a conversion wrote.</summary>
/// <param name="Output">The file or folder.</param>
/// <param name="Format">What it is.</param>
/// <param name="Tensors">Number of tensors.</param>
/// <param name="Bytes">Bytes of its tensors.</param>
/// <param name="Types">Number of tensors of each type, by name.</param>
/// <param name="Notes">What to know: tensors that were stored otherwise than asked for, files that were left out.</param>
public sealed record ConversionResult(string Output, ConversionFormat Format, int Tensors, long Bytes, IReadOnlyDictionary<string, int> Types, IReadOnlyList<string> Notes);
