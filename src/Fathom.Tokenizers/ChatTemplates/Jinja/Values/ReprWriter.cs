using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Collects the printed form of a value; what is deeper than Python could print is an error.</summary>
internal sealed class ReprWriter
{
    private const int MaxDepth = 300;
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Write(string text)
    {
        Budget.Work();
        Budget.Allocate(text.Length);
        _text.Append(text);
    }

    public void Write(Value value)
    {
        if (++_depth > MaxDepth) throw Errors.Recursion();
        value.WriteRepr(this);
        _depth--;
    }

    public void WriteAll(string open, IEnumerable<Value> items, string close)
    {
        Write(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first) Write(", ");
            first = false;
            Write(item);
        }

        Write(close);
    }

    public override string ToString() => _text.ToString();
}
