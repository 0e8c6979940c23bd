using System.Text;

namespace Fathom.Formats;

/// <summary>The formats that have one row a line. Blank lines at the end of a file are nothing; one between rows is malformed.</summary>
internal static class LineRows
{
    public const string TextName = "text";
    public const string LabelName = "label";

    private delegate RawRow Parser(ReadOnlySpan<byte> line, long number);

    public static IEnumerable<RawRow> JsonLines(Stream stream, string file) => Rows(new Utf8Lines(stream, file), JsonObjectReader.ReadLine);

    public static IEnumerable<RawRow> Text(Stream stream, string file) => Rows(
        new Utf8Lines(stream, file),
        static (line, number) => RawRow.Good(number, new(1, StringComparer.Ordinal) { [TextName] = new(Encoding.UTF8.GetString(line)) }));

    public static IEnumerable<RawRow> LabelledText(Stream stream, string file) => Rows(new Utf8Lines(stream, file), static (line, number) =>
    {
        var space = line.IndexOfAny((byte)' ', (byte)'\t');
        return space <= 0
            ? RawRow.Bad(number, "has no label, space and text")
            : RawRow.Good(number, new(2, StringComparer.Ordinal) { [LabelName] = new(Encoding.UTF8.GetString(line[..space])), [TextName] = new(Encoding.UTF8.GetString(line[(space + 1)..])) });
    });

    public static IEnumerable<RawRow> Tsv(Stream stream, string file)
    {
        var lines = new Utf8Lines(stream, file);
        if (!lines.TryRead(out var header)) return [];
        var names = Encoding.UTF8.GetString(header).Split('\t');
        Header.Check(names, file);
        return Rows(lines, (line, number) =>
        {
            var values = Encoding.UTF8.GetString(line).Split('\t');
            return Header.Row(names, values, number);
        });
    }

    private static IEnumerable<RawRow> Rows(Utf8Lines lines, Parser parse)
    {
        long blank = 0;
        while (Next(lines, parse) is { } row)
        {
            if (row is { Fields: null, Problem: null })
            {
                blank++;
                continue;
            }

            for (; blank > 0; blank--) yield return RawRow.Bad(row.LineNumber - blank, "the line is empty");
            yield return row;
        }
    }

    // Neither fields nor problem: a blank line. Null: the end.
    private static RawRow? Next(Utf8Lines lines, Parser parse)
    {
        if (!lines.TryRead(out var line)) return null;
        return line.Trim(" \t"u8).IsEmpty ? new RawRow(lines.Number, null, null) : parse(line, lines.Number);
    }
}
