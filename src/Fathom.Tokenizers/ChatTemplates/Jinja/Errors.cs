namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Makes exceptions named as Python's, so that every place that raises one reads alike.</summary>
internal static class Errors
{
    public static TemplateException Syntax(string message, int line) => new("TemplateSyntaxError", message, line);

    public static TemplateException Assertion(string message, int line) => new("TemplateAssertionError", message, line);

    public static TemplateException Runtime(string message) => new("TemplateRuntimeError", message);

    public static TemplateException Undefined(string message) => new("UndefinedError", message);

    public static TemplateException Security(string message) => new("SecurityError", message);

    public static TemplateException Type(string message) => new("TypeError", message);

    public static TemplateException Value(string message) => new("ValueError", message);

    public static TemplateException Index(string message) => new("IndexError", message);

    public static TemplateException Key(string message) => new("KeyError", message);

    public static TemplateException Overflow(string message) => new("OverflowError", message);

    public static TemplateException DivisionByZero(string message) => new("ZeroDivisionError", message);

    public static TemplateException FilterArgument(string message) => new("FilterArgumentError", message);

    public static TemplateException Attribute(Value owner, string name) =>
        new("AttributeError", owner is NamespaceValue ? name : $"'{owner.TypeName}' object has no attribute '{name}'");

    public static TemplateException Recursion() => new("RecursionError", "maximum recursion depth exceeded");

    public static TemplateException Limit(string message) => new("TemplateLimitError", message);
}
