namespace Fathom.Formats;

/// <summary>
/// Rows of text from a file, streamed: <c>.jsonl</c>, <c>.json</c>, <c>.csv</c>, <c>.tsv</c>, <c>.txt</c>, <c>.data</c>, and gzip of
/// each. Strict UTF-8; what cannot be read is an error that names file and line.
/// </summary>
public static class DataSet
{
    private static readonly string[] TextFields = ["question", "text", "sentence", "prompt", "input", "content", "instruction"];

    /// <summary>
    /// Reads the rows of a file as they are asked for. Whether the file exists and its name stands for a format is checked at once,
    /// everything else while reading.
    /// </summary>
    /// <exception cref="FathomException">The file cannot be read, is empty, is not UTF-8, has a malformed row, or a row without a field that is needed.</exception>
    public static IEnumerable<DataRow> Read(string path, DataOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = Checked(options);
        var format = options.Format ?? DataStream.FormatOf(path);
        DataStream.Open(path).Dispose();
        return Rows(() => DataStream.Open(path), path, format, options);
    }

    /// <summary>The same for a stream of bytes that are not compressed; <paramref name="name"/> stands for the path in messages and its end for the format, where the options do not say it.</summary>
    /// <exception cref="FathomException">As for a file.</exception>
    public static IEnumerable<DataRow> Read(Stream stream, string name, DataOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        options = Checked(options);
        return Rows(() => stream, name, options.Format ?? DataStream.FormatOf(name), options);
    }

    /// <summary>The format that a file's name stands for, a <c>.gz</c> at its end aside.</summary>
    /// <exception cref="FathomException">It stands for none.</exception>
    public static DataFormat FormatOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return DataStream.FormatOf(path);
    }

    private static DataOptions Checked(DataOptions? options)
    {
        options ??= new DataOptions();
        if (options.Limit is < 1) throw new FathomException($"a limit of {options.Limit} rows leaves nothing to read; at least 1 was expected");
        return options;
    }

    private static IEnumerable<DataRow> Rows(Func<Stream> open, string file, DataFormat format, DataOptions options)
    {
        using var stream = open();
        var fields = new FieldChoice(file, options, TextFields);
        int index = 0, malformed = 0;
        foreach (var raw in Raw(stream, file, format))
        {
            var problem = raw.Problem;
            if (raw.Fields is not null && fields.TryRow(raw, index, out var row, out problem))
            {
                yield return row;
                index = checked(index + 1);
                if (index == options.Limit) yield break;
                continue;
            }

            if (options.OnMalformed is null) throw new FathomException($"{file}: line {raw.LineNumber}: {problem}");
            options.OnMalformed(new MalformedRow(file, raw.LineNumber, problem!));
            malformed++;
        }

        if (index == 0) throw new FathomException(malformed == 0 ? $"{file}: has no rows" : $"{file}: has no row that can be read; {malformed} are malformed");
    }

    private static IEnumerable<RawRow> Raw(Stream stream, string file, DataFormat format) => format switch
    {
        DataFormat.JsonLines => LineRows.JsonLines(stream, file),
        DataFormat.Json => JsonRows.Read(stream, file),
        DataFormat.Csv => CsvRows.Read(stream, file),
        DataFormat.Tsv => LineRows.Tsv(stream, file),
        DataFormat.Text => LineRows.Text(stream, file),
        DataFormat.LabelledText => LineRows.LabelledText(stream, file),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "unknown data format"),
    };
}
