using System.Text;
using Fathom.Tokenizers.Models;

namespace Fathom.Tokenizers.Loading;

/// <summary>Ids for the symbols of a merge list: those of the vocabulary and, behind them, ids for symbols it lacks.</summary>
internal sealed class BpeSymbolTable(Vocabulary vocabulary)
{
    private readonly Dictionary<string, int> _extraIds = [];
    private readonly List<string> _extra = [];

    /// <summary>The symbols that the vocabulary lacks, in the order of their ids.</summary>
    public string[] Extra => [.. _extra];

    /// <summary>The id of a symbol given as UTF-8.</summary>
    public int Id(ReadOnlySpan<byte> symbol)
    {
        var id = vocabulary.Find(symbol);
        if (id >= 0)
            return id;
        var text = Encoding.UTF8.GetString(symbol);
        if (!_extraIds.TryGetValue(text, out id))
        {
            id = vocabulary.IdLimit + _extra.Count;
            _extraIds.Add(text, id);
            _extra.Add(text);
        }

        return id;
    }

    /// <summary>The id of two symbols joined.</summary>
    public int Id(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> small = stackalloc byte[256];
        var joined = left.Length + right.Length <= small.Length ? small[..(left.Length + right.Length)] : new byte[left.Length + right.Length];
        left.CopyTo(joined);
        right.CopyTo(joined[left.Length..]);
        return Id(joined);
    }
}
