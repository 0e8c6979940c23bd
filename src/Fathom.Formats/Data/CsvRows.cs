using System.Text.Unicode;
using CsvHelper;

namespace Fathom.Formats;

/// <summary>Comma-separated rows under a header; quoted fields may hold commas, quotes and line breaks.</summary>
internal static class CsvRows
{
    public static IEnumerable<RawRow> Read(Stream stream, string file)
    {
        string? problem = null;
        using var source = new Utf8Stream(stream, file);
        using var reader = CsvReader.Create(source, new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            SkipEmptyLines = false,
            TrackLineNumbers = true,
            MaxRecordSize = Utf8Lines.LongestLine,
            OnMalformedRecord = bad => problem = Explain(bad.Reason),
        });
        string[]? names = null;
        long blank = 0;
        while (Next(reader, file))
        {
            var line = reader.LineNumber;
            var raw = reader.RawRecord;
            if (!Utf8.IsValid(raw)) throw Invalid(raw, file, line);
            if (raw.Trim(" \t"u8).IsEmpty)
            {
                blank++;
                continue;
            }

            var values = reader.Current.ToArray();
            for (; blank > 0; blank--) yield return RawRow.Bad(line - blank, "the line is empty");
            if (problem is not null)
            {
                yield return names is null ? throw new FathomException($"{file}: line {line}: the header {problem}") : RawRow.Bad(line, problem);
                problem = null;
            }
            else if (names is null)
            {
                Header.Check(values, file);
                names = values;
            }
            else
            {
                yield return Header.Row(names, values, line);
            }
        }
    }

    private static bool Next(CsvReader reader, string file)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException broken)
        {
            throw new FathomException($"{file}: line {broken.LineNumber}: not valid CSV: {FileErrors.OneLine(broken.Message)}", broken);
        }
    }

    private static FathomException Invalid(ReadOnlySpan<byte> record, string file, long line)
    {
        // A record may hold line breaks: name the line of the byte, not of the record's start.
        var scratch = new char[record.Length];
        Utf8.ToUtf16(record, scratch, out var valid, out _, replaceInvalidSequences: false);
        return new FathomException($"{file}: line {line + record[..valid].Count((byte)'\n')}: not valid UTF-8; save the file as UTF-8");
    }

    private static string Explain(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "has a quote inside a field that is not quoted: quote the field and double the quote",
        CsvMalformedReason.TextAfterClosingQuote => "has text after a closing quote: double the quotes inside a quoted field",
        CsvMalformedReason.UnterminatedQuote => "opens a quoted field that is never closed",
        _ => $"is malformed ({reason})",
    };
}
