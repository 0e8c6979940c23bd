using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Fathom.Cli.Output;

/// <summary>A table of a result: drawn with lines on a terminal, plain aligned columns when redirected.</summary>
internal sealed class TextTable
{
    private readonly string[] _headers;
    private readonly bool[] _right;
    private readonly List<string[]> _rows = [];

    /// <summary>A header that starts with <c>&gt;</c> is a column of numbers, set to the right.</summary>
    public TextTable(params string[] headers)
    {
        _right = [.. headers.Select(header => header.StartsWith('>'))];
        _headers = [.. headers.Select(header => header.TrimStart('>'))];
    }

    /// <summary>Adds one row; as many cells as headers.</summary>
    public TextTable Row(params string[] cells)
    {
        if (cells.Length != _headers.Length)
        {
            throw new ArgumentException($"expected {_headers.Length} cells, got {cells.Length}", nameof(cells));
        }

        _rows.Add([.. cells.Select(cell => cell.ReplaceLineEndings(" "))]);
        return this;
    }

    /// <summary>A number with fixed decimals, or a dash where it is none.</summary>
    public static string Cell(double value, int decimals = 4) =>
        double.IsFinite(value) ? value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : "-";

    /// <summary>Writes the table.</summary>
    public void Write(TextWriter output, Terminal terminal)
    {
        if (terminal.OutIsTerminal)
        {
            WriteDrawn(output);
        }
        else
        {
            WritePlain(output);
        }
    }

    private void WriteDrawn(TextWriter output)
    {
        var table = new Table().Border(TableBorder.Rounded);
        for (var i = 0; i < _headers.Length; i++)
        {
            var column = new TableColumn(Markup.Escape(_headers[i])) { NoWrap = _right[i] };
            table.AddColumn(_right[i] ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        output.Flush();
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(table);
    }

    private void WritePlain(TextWriter output)
    {
        var widths = new int[_headers.Length];
        foreach (var row in _rows.Prepend(_headers))
        {
            for (var i = 0; i < widths.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Length);
            }
        }

        var line = new StringBuilder();
        foreach (var row in _rows.Prepend(_headers))
        {
            line.Clear();
            for (var i = 0; i < widths.Length; i++)
            {
                line.Append(_right[i] ? row[i].PadLeft(widths[i]) : row[i].PadRight(widths[i])).Append("  ");
            }

            output.WriteLine(line.ToString().TrimEnd());
        }
    }
}
