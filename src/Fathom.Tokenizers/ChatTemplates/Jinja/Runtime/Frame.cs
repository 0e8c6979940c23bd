namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A scope: variables set here hide those outside; where the text goes.</summary>
internal sealed class Frame(Frame? parent, OutputBuffer output)
{
    private Dictionary<string, Value>? _variables;

    public OutputBuffer Output => output;

    public Value? Find(string name)
    {
        for (var frame = this; frame is not null; frame = frame.Outer)
        {
            if (frame._variables is not null && frame._variables.TryGetValue(name, out var value)) return value;
        }

        return null;
    }

    public void Set(string name, Value value) => (_variables ??= new Dictionary<string, Value>(StringComparer.Ordinal))[name] = value;

    private Frame? Outer => parent;
}
