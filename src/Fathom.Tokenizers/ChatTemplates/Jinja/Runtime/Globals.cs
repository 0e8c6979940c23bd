namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>The names every template has: Jinja's own and those transformers adds.</summary>
internal static class Globals
{
    private const int MaxRange = 100000;

    private static readonly FunctionValue Range = new(new Signature("safe_range", "*args"), static (_, a) => MakeRange(((TupleValue)a[0]!).Items));
    private static readonly FunctionValue Dict = new(new Signature("dict", "*args **kwargs"), static (_, a) => MakeDict("dict", (TupleValue)a[0]!, (DictValue)a[1]!), isClass: true, static name => name == "fromkeys" ? new BoundMethod(NoneValue.Instance, DictMethods.FromKeys) : null);
    private static readonly FunctionValue Namespace = new(new Signature("jinja2.utils.Namespace", "*args **kwargs"), static (_, a) => MakeNamespace((TupleValue)a[0]!, (DictValue)a[1]!), isClass: true);
    private static readonly FunctionValue Cycler = new(new Signature("jinja2.utils.Cycler", "*items"), static (_, a) => ((TupleValue)a[0]!).Items is { Length: > 0 } items ? new CyclerValue(items) : throw Errors.Runtime("at least one item has to be provided"), isClass: true);
    private static readonly FunctionValue Joiner = new(new Signature("jinja2.utils.Joiner", "sep?"), static (_, a) => new JoinerValue(a[0] ?? new StringValue(", ")), isClass: true);
    private static readonly FunctionValue Lipsum = new(new Signature("generate_lorem_ipsum", "n? html? min? max?"), static (_, _) => throw Errors.Runtime("lipsum is not offered here: its text is random, and a chat template must render the same text every time"));
    private static readonly FunctionValue RaiseException = new(new Signature("_compile_jinja_template.<locals>.raise_exception", "message"), static (_, a) => throw new TemplateException("TemplateError", a[0]!.ToText()));
    private static readonly FunctionValue StrftimeNow = new(new Signature("_compile_jinja_template.<locals>.strftime_now", "format"), static (state, a) => Strftime.Format(a[0]!, state.Clock.GetLocalNow().DateTime));

    public static Value? Find(string name, RenderState state) => name switch
    {
        "range" => Range,
        "dict" => Dict,
        "namespace" => Namespace,
        "cycler" => Cycler,
        "joiner" => Joiner,
        "lipsum" => Lipsum,
        "raise_exception" => RaiseException,
        "strftime_now" => StrftimeNow,
        "self" => new SelfValue(state),
        _ => null,
    };

    private static RangeValue MakeRange(Value[] given)
    {
        if (given.Length == 0) throw Errors.Type("range expected at least 1 argument, got 0");
        if (given.Length > 3) throw Errors.Type($"range expected at most 3 arguments, got {given.Length}");
        var numbers = Array.ConvertAll(given, PythonNumbers.Clamp);
        var start = numbers.Length > 1 ? numbers[0] : 0;
        var stop = numbers.Length > 1 ? numbers[1] : numbers[0];
        var step = numbers.Length > 2 ? numbers[2] : 1;
        if (step == 0) throw Errors.Value("range() arg 3 must not be zero");
        var count = step > 0 ? ((long)stop - start + step - 1) / step : ((long)start - stop - step - 1) / -(long)step;
        if (count > MaxRange) throw Errors.Overflow($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MaxRange}).");
        return new RangeValue(start, stop, step);
    }

    private static DictValue MakeDict(string function, TupleValue positional, DictValue named)
    {
        if (positional.Items.Length > 1) throw Errors.Type($"{function} expected at most 1 argument, got {positional.Items.Length}");
        var result = new DictBuilder();
        if (positional.Items.Length == 1) AddAll(result, positional.Items[0]);
        result.SetAll(named);
        return result.Build();
    }

    private static void AddAll(DictBuilder result, Value source)
    {
        if (source is DictValue dict)
        {
            result.SetAll(dict);
            return;
        }

        UndefinedValue.Refuse(source);
        var index = 0;
        foreach (var item in source.Iterate())
        {
            if (!item.IsIterable) throw Errors.Type($"cannot convert dictionary update sequence element #{index} to a sequence");
            var pair = item.Iterate().Take(3).ToArray();
            if (pair.Length != 2) throw Errors.Value($"dictionary update sequence element #{index} has length {item.LengthOrNull ?? pair.Length}; 2 is required");
            result.Set(pair[0], pair[1]);
            index++;
        }
    }

    private static NamespaceValue MakeNamespace(TupleValue positional, DictValue named)
    {
        var result = new NamespaceValue();
        foreach (var (key, value) in MakeDict("dict", positional, named).Items)
        {
            if (key is StringValue name) result.Set(name.Text, value);
        }

        return result;
    }
}
