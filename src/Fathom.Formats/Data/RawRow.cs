namespace Fathom.Formats;

/// <summary>A row as its format gives it: its fields, or what is wrong with it.</summary>
internal readonly record struct RawRow(long LineNumber, OrderedDictionary<string, DataValue>? Fields, string? Problem)
{
    public static RawRow Good(long line, OrderedDictionary<string, DataValue> fields) => new(line, fields, null);

    public static RawRow Bad(long line, string problem) => new(line, null, problem);
}
