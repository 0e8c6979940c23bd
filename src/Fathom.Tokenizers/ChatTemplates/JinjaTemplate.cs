using System.Text.Json;
using Fathom.Tokenizers.ChatTemplates.Jinja;

namespace Fathom.Tokenizers.ChatTemplates;

/// <summary>
/// A template in the Jinja language as chat templates use it: equal to jinja2 3.1 in the immutable sandbox, with
/// <c>trim_blocks</c>, <c>lstrip_blocks</c>, the loop controls and transformers' <c>tojson</c>, <c>raise_exception</c>,
/// <c>strftime_now</c> and <c>generation</c>. It reaches nothing but the variables given. Immutable; may render on many threads at once.
/// </summary>
public sealed class JinjaTemplate
{
    private const int MaxSourceLength = 4 << 20;

    private readonly SyntaxTree _tree;
    private readonly string _normalized;
    private readonly TemplateLimits _limits;

    private JinjaTemplate(SyntaxTree tree, string normalized, string source, string? name, TemplateLimits limits)
    {
        _tree = tree;
        _normalized = normalized;
        Source = source;
        Name = name;
        _limits = limits;
    }

    /// <summary>The text the template was parsed from.</summary>
    public string Source { get; }

    /// <summary>The name errors call it by, or <see langword="null"/>.</summary>
    public string? Name { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text, of at most 4 Mi characters.</param>
    /// <param name="name">What errors shall call it: a file, a model.</param>
    /// <param name="limits">Bounds for every rendering; <see cref="TemplateLimits.Default"/> where null.</param>
    /// <exception cref="TemplateException">The text is not a template; says line and tag.</exception>
    public static JinjaTemplate Parse(string source, string? name = null, TemplateLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length > MaxSourceLength) throw Errors.Limit($"a template of {source.Length} characters; at most {MaxSourceLength} are read").At(name, null, null);
        var lexer = new Lexer(source);
        var tagStart = -1;
        try
        {
            var tree = Parser.Parse(lexer, ref tagStart);
            return new JinjaTemplate(tree, lexer.Source, source, name, limits ?? TemplateLimits.Default);
        }
        catch (TemplateException error)
        {
            throw error.At(name, null, Construct.At(lexer.Source, tagStart));
        }
    }

    /// <summary>Renders with the given variables.</summary>
    /// <param name="variables">Variables by name; numbers with a point or exponent are floats, others integers.</param>
    /// <param name="clock">What <c>strftime_now</c> reads; the system's clock where null.</param>
    /// <exception cref="TemplateException">The template failed or used more than its limits; says line and tag.</exception>
    public RenderedChat Render(IReadOnlyDictionary<string, JsonElement> variables, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        var values = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, value) in variables) values[name] = JsonValues.Convert(value);
        return Render(values, clock ?? TimeProvider.System);
    }

    internal RenderedChat Render(Dictionary<string, Value> variables, TimeProvider clock)
    {
        var budget = new Budget(_limits);
        var state = new RenderState(_tree, variables, clock, _limits, budget);
        var before = Budget.Exchange(budget);
        try
        {
            Statement.ExecuteAll(_tree.Body, state, state.RootFrame);
            return new RenderedChat(state.Output.ToString(), state.Generation);
        }
        catch (TemplateException error) when (Freeze(state))
        {
            throw error.At(Name, state.Line, Construct.At(_normalized, state.Start));
        }
        finally
        {
            Budget.Exchange(before);
        }
    }

    /// <summary>Runs before the stack is unwound, so that the place of the error is not overwritten while calls are left.</summary>
    private static bool Freeze(RenderState state)
    {
        state.Fail();
        return true;
    }
}
