namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A text. Positions are code points, as in Python; markup is text that needs no more escaping.</summary>
internal sealed class StringValue(string text, bool isMarkup = false) : Value
{
    private int[]? _starts;
    private int _length = -1;

    public static StringValue Empty { get; } = new("");

    public string Text => text;

    public bool IsMarkup => isMarkup;

    public override string TypeName => isMarkup ? "Markup" : "str";

    public override string ObjectName => isMarkup ? "markupsafe.Markup object" : "str object";

    public override bool IsTrue => text.Length > 0;

    public override int? LengthOrNull => Length;

    public override bool IsIterable => true;

    /// <summary>Length in code points.</summary>
    public int Length
    {
        get
        {
            if (_length < 0)
            {
                Budget.Work(text.Length >> 6);
                _length = PythonText.CodePointCount(text);
            }

            return _length;
        }
    }

    /// <summary>The code points from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    public string Range(int start, int end) => start >= end ? "" : text[Offset(start)..Offset(end)];

    /// <summary>UTF-16 position of a code point.</summary>
    public int Offset(int index)
    {
        if (Length == text.Length) return index;
        if (index == Length) return text.Length;
        _starts ??= PythonText.CodePointStarts(text, Length);
        return _starts[index];
    }

    /// <summary>Code point that begins at a UTF-16 position.</summary>
    public int Index(int offset)
    {
        if (Length == text.Length) return offset;
        return PythonText.CodePointCount(text.AsSpan(0, offset));
    }

    public override IEnumerable<Value> Iterate()
    {
        for (var i = 0; i < text.Length;)
        {
            var size = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            yield return new StringValue(text.Substring(i, size));
            i += size;
        }
    }

    public override string ToText() => text;

    public override void WriteRepr(ReprWriter writer) => writer.Write(isMarkup ? $"Markup({PythonText.Repr(text)})" : PythonText.Repr(text));

    public override int HashKey()
    {
        Budget.Work(text.Length >> 6);
        return text.GetHashCode(StringComparison.Ordinal);
    }

    public override bool IsEqual(Value other) => other is StringValue s && s.Text == text;

    public override Value? FindAttribute(string name) => StringMethods.Find(name) is { } method ? new BoundMethod(this, method) : Access.ContainerAttribute(name);

    public override Value? FindItem(Value key)
    {
        if (!PythonNumbers.TryInteger(key, out var number)) return null;
        if (number < 0) number += Length;
        return number >= 0 && number < Length ? new StringValue(Range((int)number, (int)number + 1), isMarkup) : null;
    }
}
