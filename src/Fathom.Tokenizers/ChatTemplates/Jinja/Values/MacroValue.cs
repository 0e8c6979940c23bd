namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A macro, or the body of a call block.</summary>
internal sealed class MacroValue(MacroDefinition macro, Frame scope) : Value
{
    public override string TypeName => "Macro";

    public override string ObjectName => "jinja2.runtime.Macro object";

    public override bool IsCallable => true;

    private string ReprName => macro.Name is null ? "None" : PythonText.Repr(macro.Name);

    public override Value Call(RenderState state, Arguments arguments)
    {
        state.Step();
        var frame = new Frame(scope, new OutputBuffer());
        using var call = state.EnterCall();
        Bind(state, frame, arguments);
        Statement.ExecuteAll(macro.Body, state, frame);
        return new StringValue(frame.Output.ToString(), state.Autoescape);
    }

    private void Bind(RenderState state, Frame frame, Arguments arguments)
    {
        var positional = arguments.Positional;
        var named = arguments.Named.ToList();
        var count = macro.Parameters.Length;
        var values = new Value?[count];
        for (var i = 0; i < count; i++) values[i] = i < positional.Length ? positional[i] : Take(named, macro.Parameters[i]);
        if (macro.CatchesCaller && Array.IndexOf(macro.Parameters, "caller") < 0)
        {
            frame.Set("caller", Take(named, "caller") ?? new UndefinedValue("No caller defined"));
        }

        if (macro.CatchesNamed) frame.Set("kwargs", new Arguments([], named).NamedAsDict());
        else if (named.Count > 0) throw RefuseNamed(named);
        if (macro.CatchesRest) frame.Set("varargs", new TupleValue(positional.Length > count ? positional[count..] : []));
        else if (positional.Length > count) throw Errors.Type($"macro {ReprName} takes not more than {count} argument(s)");
        for (var i = 0; i < count; i++)
        {
            var name = macro.Parameters[i];
            frame.Set(name, values[i] ?? macro.Defaults[i]?.Evaluate(state, frame) ?? new UndefinedValue($"parameter {PythonText.Repr(name)} was not provided"));
        }
    }

    private TemplateException RefuseNamed(List<KeyValuePair<string, Value>> named) => named.Exists(static pair => pair.Key == "caller")
        ? Errors.Type($"macro {ReprName} was invoked with two values for the special caller argument. This is most likely a bug.")
        : Errors.Type($"macro {ReprName} takes no keyword argument {PythonText.Repr(named[0].Key)}");

    private static Value? Take(List<KeyValuePair<string, Value>> named, string name)
    {
        var index = named.FindIndex(pair => pair.Key == name);
        if (index < 0) return null;
        var value = named[index].Value;
        named.RemoveAt(index);
        return value;
    }

    public override Value? FindAttribute(string name) => name switch
    {
        "name" => macro.Name is null ? NoneValue.Instance : new StringValue(macro.Name),
        "arguments" => new TupleValue([.. macro.Parameters.Select(static p => (Value)new StringValue(p))]),
        "catch_kwargs" => BoolValue.Of(macro.CatchesNamed),
        "catch_varargs" => BoolValue.Of(macro.CatchesRest),
        "caller" => BoolValue.Of(macro.CatchesCaller),
        _ => Access.ObjectAttribute(name),
    };

    public override void WriteRepr(ReprWriter writer) => writer.Write(macro.Name is null ? "<Macro anonymous>" : $"<Macro {ReprName}>");
}
