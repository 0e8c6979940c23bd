namespace Fathom.Formats;

/// <summary>One row of a data set.</summary>
/// <param name="Index">Place among the rows read, from 0.</param>
/// <param name="LineNumber">Line of the file on which the row begins, from 1.</param>
/// <param name="Fields">Every field by name, in the order of the file.</param>
/// <param name="Text">The text field's exact characters.</param>
/// <param name="Label">The label, or null where the row has none and none was asked for.</param>
/// <param name="Answer">The answer, or null where the row has none and none was asked for.</param>
public sealed record DataRow(int Index, long LineNumber, IReadOnlyDictionary<string, DataValue> Fields, string Text, string? Label, string? Answer);
