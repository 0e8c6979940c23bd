namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Arguments of a call.</summary>
internal sealed class Arguments(Value[] positional, List<KeyValuePair<string, Value>>? named)
{
    public static Arguments None { get; } = new([], null);

    public Value[] Positional => positional;

    public IReadOnlyList<KeyValuePair<string, Value>> Named => named ?? (IReadOnlyList<KeyValuePair<string, Value>>)[];

    public Arguments With(string name, Value value)
    {
        if (named?.Exists(pair => pair.Key == name) == true) throw Errors.Type($"got multiple values for keyword argument {PythonText.Repr(name)}");
        return new Arguments(positional, [.. named ?? [], new(name, value)]);
    }

    /// <summary>The same arguments behind <paramref name="first"/>.</summary>
    public Arguments Behind(Value first) => new([first, .. positional], named);

    public DictValue NamedAsDict()
    {
        var dict = new DictBuilder();
        foreach (var (name, value) in Named) dict.Set(new StringValue(name), value);
        return dict.Build();
    }
}
