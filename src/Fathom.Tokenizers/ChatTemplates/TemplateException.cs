namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>
/// A chat template that cannot be parsed or rendered. The message is one line for people; the parts of it are properties,
/// named as the reference implementation (jinja2 and Python) names them.
/// </summary>
public sealed class TemplateException : FathomException
{
    internal TemplateException(string errorClass, string detail, int? line = null)
        : this(errorClass, detail, line, construct: null, templateName: null)
    {
    }

    private TemplateException(string errorClass, string detail, int? line, string? construct, string? templateName, Exception? inner = null)
        : base(Compose(errorClass, detail, line, construct, templateName), inner!)
    {
        ErrorClass = errorClass;
        Detail = detail;
        Line = line;
        Construct = construct;
        TemplateName = templateName;
    }

    /// <summary>Name of the exception class jinja2 or Python would raise: <c>TemplateSyntaxError</c>, <c>UndefinedError</c>, <c>TypeError</c>…; <c>TemplateLimitError</c> where a limit of <see cref="TemplateLimits"/> stopped the template.</summary>
    public string ErrorClass { get; }

    /// <summary>The reference implementation's own message, without place or class; for <c>raise_exception</c> what the template said.</summary>
    public string Detail { get; }

    /// <summary>Line of the template, from 1, or <see langword="null"/> when the error belongs to no line (an empty conversation).</summary>
    public int? Line { get; }

    /// <summary>The tag or expression of the template the error arose in, shortened to one line, or <see langword="null"/>.</summary>
    public string? Construct { get; }

    /// <summary>The name given to the template when it was parsed, or <see langword="null"/>.</summary>
    public string? TemplateName { get; }

    internal TemplateException At(string? templateName, int? line, string? construct) =>
        new(ErrorClass, Detail, Line ?? line, construct, templateName, this);

    private static string Compose(string errorClass, string detail, int? line, string? construct, string? templateName)
    {
        var place = templateName is null ? "chat template" : $"chat template '{templateName}'";
        if (line is not null) place += $", line {line}";
        if (construct is not null) place += $", in {construct}";
        var text = detail.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{place}: {errorClass}: {text}";
    }
}
