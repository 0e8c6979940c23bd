namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>
/// Parameters of a built-in function, written as words: <c>name</c>, <c>name?</c> optional, <c>*rest</c>, <c>**named</c>,
/// <c>!env</c> one that Python counts but a template does not give. A leading <c>@</c> in the name marks a function written
/// in C: no keywords but those marked <c>name=</c> or <c>name=?</c>, and other messages.
/// </summary>
internal sealed class Signature(string name, string parameters)
{
    private readonly bool _native = name.StartsWith('@');
    private readonly string _fullName = name.TrimStart('@');
    private readonly string _name = name.StartsWith('@') ? name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..].TrimStart('@') : name;
    private Parameter[]? _parsed;
    private int _hidden;
    private bool _rest;
    private bool _namedRest;

    /// <summary>Name of the function in Python.</summary>
    public string Name => _fullName;

    /// <summary>Puts the arguments into the parameters' order; what was not given is null; rest and named rest come last.</summary>
    public Value?[] Bind(Arguments arguments)
    {
        var parsed = _parsed ??= Parse();
        var bound = new Value?[parsed.Length + (_rest ? 1 : 0) + (_namedRest ? 1 : 0)];
        var given = arguments.Positional;
        if (given.Length > parsed.Length && !_rest) throw TooMany(parsed, given.Length);
        Array.Copy(given, bound, Math.Min(given.Length, parsed.Length));
        if (_rest) bound[parsed.Length] = new TupleValue(given.Length > parsed.Length ? given[parsed.Length..] : []);
        var extra = new DictBuilder();
        foreach (var (key, value) in arguments.Named) BindNamed(parsed, bound, key, value, extra);
        if (_namedRest) bound[^1] = extra.Build();
        CheckMissing(parsed, bound, given.Length);
        return bound;
    }

    private void BindNamed(Parameter[] parsed, Value?[] bound, string key, Value value, DictBuilder extra)
    {
        var index = Array.FindIndex(parsed, p => p.Name == key && (!_native || p.Keyword));
        if (index >= 0)
        {
            if (bound[index] is not null) throw Errors.Type(_native ? $"argument for {_name}() given by name ({PythonText.Repr(key)}) and position ({index + 1})" : $"{_name}() got multiple values for argument {PythonText.Repr(key)}");
            bound[index] = value;
        }
        else if (_namedRest)
        {
            extra.Set(new StringValue(key), value);
        }
        else if (_native)
        {
            throw Errors.Type(Array.Exists(parsed, static p => p.Keyword) ? $"{PythonText.Repr(key)} is an invalid keyword argument for {_name}()" : $"{_fullName}() takes no keyword arguments");
        }
        else
        {
            throw Errors.Type($"{_name}() got an unexpected keyword argument {PythonText.Repr(key)}");
        }
    }

    private void CheckMissing(Parameter[] parsed, Value?[] bound, int given)
    {
        var missing = new List<string>();
        for (var i = 0; i < parsed.Length; i++)
        {
            if (!parsed[i].Optional && bound[i] is null) missing.Add(PythonText.Repr(parsed[i].Name));
        }

        if (missing.Count == 0) return;
        var required = parsed.Count(static p => !p.Optional);
        if (_native)
        {
            throw Errors.Type(parsed.Length == 1 ? $"{_fullName}() takes exactly one argument ({given} given)" : $"{_name} expected {(required == parsed.Length ? "" : "at least ")}{required} argument{Plural(required)}, got {given}");
        }

        var list = missing.Count switch
        {
            1 => missing[0],
            2 => $"{missing[0]} and {missing[1]}",
            _ => $"{string.Join(", ", missing[..^1])}, and {missing[^1]}",
        };
        throw Errors.Type($"{_name}() missing {missing.Count} required positional argument{Plural(missing.Count)}: {list}");
    }

    private TemplateException TooMany(Parameter[] parsed, int given)
    {
        var required = parsed.Count(static p => !p.Optional);
        if (_native)
        {
            return Errors.Type(parsed.Length switch
            {
                0 => $"{_fullName}() takes no arguments ({given} given)",
                1 when required == 1 => $"{_fullName}() takes exactly one argument ({given} given)",
                _ => $"{_name} expected {(required == parsed.Length ? "" : "at most ")}{parsed.Length} argument{Plural(parsed.Length)}, got {given}",
            });
        }

        var most = parsed.Length + _hidden;
        var range = required < parsed.Length ? $"from {required + _hidden} to {most} positional arguments" : $"{most} positional argument{Plural(most)}";
        return Errors.Type($"{_name}() takes {range} but {given + _hidden} {(given + _hidden == 1 ? "was" : "were")} given");
    }

    private static string Plural(int count) => count == 1 ? "" : "s";

    private Parameter[] Parse()
    {
        var result = new List<Parameter>();
        foreach (var word in parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith("**", StringComparison.Ordinal)) _namedRest = true;
            else if (word[0] == '*') _rest = true;
            else if (word[0] == '!') _hidden++;
            else result.Add(new Parameter(word.TrimEnd('?', '='), word.EndsWith('?'), word.Contains('=')));
        }

        return [.. result];
    }
}
