namespace Fathom.Formats;

/// <summary>Opens data files, unpacks gzip, and turns what can go wrong into one line.</summary>
internal static class DataStream
{
    private const string GzipSuffix = ".gz";

    public static Stream Open(string path)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
            return IsGzip(path) ? new GzipReader(stream) : stream;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw FileErrors.CannotRead(path, failure);
        }
    }

    public static int Read(Stream stream, Span<byte> into, string file)
    {
        try
        {
            return stream.Read(into);
        }
        catch (InvalidDataException broken)
        {
            throw new FathomException($"{file}: not a whole gzip file: {FileErrors.OneLine(broken.Message)}", broken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(file, failure);
        }
    }

    /// <summary>The format a file's name stands for.</summary>
    public static DataFormat FormatOf(string path)
    {
        var name = IsGzip(path) ? path[..^GzipSuffix.Length] : path;
        return Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".JSONL" or ".NDJSON" => DataFormat.JsonLines,
            ".JSON" => DataFormat.Json,
            ".CSV" => DataFormat.Csv,
            ".TSV" => DataFormat.Tsv,
            ".TXT" => DataFormat.Text,
            ".DATA" => DataFormat.LabelledText,
            var other => throw new FathomException($"{path}: the name's end {FileErrors.Quote(other)} stands for no data format; known are .jsonl, .json, .csv, .tsv, .txt, .data, and .gz after each: rename the file"),
        };
    }

    private static bool IsGzip(string path) => path.EndsWith(GzipSuffix, StringComparison.OrdinalIgnoreCase);
}
