using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Text being rendered, counted against the budget.</summary>
internal sealed class OutputBuffer
{
    private readonly StringBuilder _text = new();

    public void Append(string text)
    {
        Budget.Allocate(text.Length);
        _text.Append(text);
    }

    public int Length => _text.Length;

    /// <summary>Length in code points.</summary>
    public int CodePoints()
    {
        var count = 0;
        foreach (var chunk in _text.GetChunks())
        {
            foreach (var unit in chunk.Span)
            {
                if (!char.IsLowSurrogate(unit)) count++;
            }
        }

        return count;
    }

    public override string ToString() => _text.ToString();
}
