using System.Globalization;

namespace Fathom.Cli.Output;

/// <summary>Writes ids as they come, a sample a line: numbers between spaces, or an object of JSON.</summary>
internal sealed class IdLineWriter(TextWriter output, bool json)
{
    private readonly char[] _number = new char[12];
    private bool _first;

    /// <summary>Begins a line.</summary>
    public void Begin()
    {
        _first = true;
        output.Write(json ? "{\"ids\":[" : "");
    }

    /// <summary>Writes ids of the line.</summary>
    public void Write(ReadOnlySpan<int> ids)
    {
        _number[0] = json ? ',' : ' ';
        foreach (var id in ids)
        {
            id.TryFormat(_number.AsSpan(1), out var length, default, CultureInfo.InvariantCulture);
            output.Write(_first ? _number.AsSpan(1, length) : _number.AsSpan(0, length + 1));
            _first = false;
        }
    }

    /// <summary>Ends the line.</summary>
    public void End() => output.WriteLine(json ? "]}" : "");
}
