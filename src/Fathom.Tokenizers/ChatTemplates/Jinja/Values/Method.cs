namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>A method of a built-in type.</summary>
internal sealed record Method(string Name, Signature Signature, Func<Value, Value?[], Value> Body)
{
    /// <summary>A method by its qualified name: <c>str.upper</c>.</summary>
    public static Method Of(string name, string parameters, Func<Value, Value?[], Value> body) => new(name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..], new Signature("@" + name, parameters), body);
}
