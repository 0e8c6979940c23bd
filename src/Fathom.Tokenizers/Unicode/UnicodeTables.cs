using System.Reflection;

namespace Fathom.Tokenizers.Unicode;

/// <summary>
/// Unicode data that .NET does not offer under invariant globalization: combining classes, decompositions, compositions and
/// scripts. Made by <c>eng/make_unicode_tables.py</c>, read on first use.
/// </summary>
internal sealed class UnicodeTables
{
    private static readonly Lazy<UnicodeTables> Lazy = new(() => new UnicodeTables());
    private readonly byte[] _combining = new byte[0x110000];
    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<long, int> _compositions = [];
    private readonly string[] _scripts;
    private readonly (int Start, int End, int Script)[] _scriptRuns;

    private UnicodeTables()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Fathom.Tokenizers.Unicode.unicode.bin")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var reader = new VariableNumbers(bytes);
        var start = 0;
        for (var runs = reader.Next(); runs > 0; runs--)
        {
            start += reader.Next();
            var length = reader.Next();
            _combining.AsSpan(start, length).Fill((byte)reader.Next());
        }

        var point = 0;
        for (var rows = reader.Next(); rows > 0; rows--)
        {
            point += reader.Next();
            var target = reader.Next() == 0 ? _canonical : _compatible;
            var parts = new int[reader.Next()];
            for (var i = 0; i < parts.Length; i++)
                parts[i] = reader.Next();
            target.Add(point, parts);
        }

        for (var pairs = reader.Next(); pairs > 0; pairs--)
        {
            var key = Key(reader.Next(), reader.Next());
            _compositions.Add(key, reader.Next());
        }

        _scripts = new string[reader.Next()];
        for (var i = 0; i < _scripts.Length; i++)
            _scripts[i] = reader.NextText();
        _scriptRuns = new (int, int, int)[reader.Next()];
        start = 0;
        for (var i = 0; i < _scriptRuns.Length; i++)
        {
            start += reader.Next();
            _scriptRuns[i] = (start, start + reader.Next(), reader.Next());
        }
    }

    /// <summary>The tables.</summary>
    public static UnicodeTables Instance => Lazy.Value;

    /// <summary>Names of the scripts, in order.</summary>
    public IReadOnlyList<string> Scripts => _scripts;

    /// <summary>Canonical combining class.</summary>
    public int CombiningClass(int codePoint) => _combining[codePoint];

    /// <summary>The full decomposition, or <see langword="null"/> for none; Hangul syllables are not in the table.</summary>
    public int[]? Decomposition(int codePoint, bool compatible) =>
        (compatible ? _compatible.GetValueOrDefault(codePoint) : null) ?? _canonical.GetValueOrDefault(codePoint);

    /// <summary>The primary composite of two code points, or -1.</summary>
    public int Compose(int first, int second) => _compositions.GetValueOrDefault(Key(first, second), -1);

    /// <summary>Number of a code point's script, or -1 for unassigned code points.</summary>
    public int ScriptOf(int codePoint)
    {
        var low = 0;
        var high = _scriptRuns.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (start, end, script) = _scriptRuns[middle];
            if (codePoint < start)
                high = middle - 1;
            else if (codePoint >= end)
                low = middle + 1;
            else
                return script;
        }

        return -1;
    }

    private static long Key(int first, int second) => ((long)first << 32) | (uint)second;
}
