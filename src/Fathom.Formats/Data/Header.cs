namespace Fathom.Formats;

/// <summary>The header of a table and the rows under it.</summary>
internal static class Header
{
    public static void Check(string[] names, string file)
    {
        if (Array.TrueForAll(names, string.IsNullOrWhiteSpace)) throw new FathomException($"{file}: line 1: a header with the names of the fields was expected");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name)) throw new FathomException($"{file}: line 1: the header has the field {FileErrors.Quote(name)} twice");
        }
    }

    public static RawRow Row(string[] names, string[] values, long line)
    {
        if (values.Length != names.Length) return RawRow.Bad(line, $"has {values.Length} field{(values.Length == 1 ? "" : "s")}, the header has {names.Length} ({FileErrors.List(names)})");
        var fields = new OrderedDictionary<string, DataValue>(names.Length, StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++) fields.Add(names[i], new DataValue(values[i]));
        return RawRow.Good(line, fields);
    }
}
