namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Arguments as written: positional, named, <c>*rest</c> and <c>**named</c>.</summary>
internal sealed record ArgumentList(Expression[] Positional, (string Name, Expression Value)[] Named, Expression? Rest, Expression? NamedRest)
{
    public static ArgumentList Empty { get; } = new([], [], null, null);

    public Arguments Evaluate(RenderState state, Frame frame, Value? first = null)
    {
        if (Positional.Length == 0 && Named.Length == 0 && Rest is null && NamedRest is null) return first is null ? Arguments.None : new Arguments([first], null);
        var positional = new List<Value>(Positional.Length + 1);
        if (first is not null) positional.Add(first);
        foreach (var item in Positional) positional.Add(item.Evaluate(state, frame));
        if (Rest is not null) positional.AddRange(Rest.Evaluate(state, frame).Iterate());
        List<KeyValuePair<string, Value>>? named = null;
        foreach (var (name, value) in Named) (named ??= []).Add(new(name, value.Evaluate(state, frame)));
        if (NamedRest is not null) AddNamed(NamedRest.Evaluate(state, frame), named ??= []);
        return new Arguments([.. positional], named);
    }

    private static void AddNamed(Value value, List<KeyValuePair<string, Value>> named)
    {
        if (value is not DictValue dict) throw Errors.Type($"argument after ** must be a mapping, not {value.TypeName}");
        foreach (var (key, item) in dict.Items)
        {
            if (key is not StringValue name) throw Errors.Type("keywords must be strings");
            if (named.Exists(pair => pair.Key == name.Text)) throw Errors.Type($"got multiple values for keyword argument {PythonText.Repr(name.Text)}");
            named.Add(new(name.Text, item));
        }
    }

    public void Check(CheckContext context, int line)
    {
        foreach (var item in Positional) item.Check(context);
        for (var i = 0; i < Named.Length; i++)
        {
            Named[i].Value.Check(context);
            for (var j = 0; j < i; j++)
            {
                if (Named[j].Name == Named[i].Name) throw new TemplateException("SyntaxError", $"keyword argument repeated: {Named[i].Name}", line);
            }
        }

        Rest?.Check(context);
        NamedRest?.Check(context);
    }
}
