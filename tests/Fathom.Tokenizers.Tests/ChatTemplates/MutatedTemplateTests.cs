using System.Text;
using System.Text.Json;
using Fathom.Testing.Mutation;
using Fathom.Tokenizers.ChatTemplates;

namespace Fathom.Tokenizers.Tests.ChatTemplates;

/// <summary>Broken and hostile templates: whatever the text, it renders or fails with the library's own exception, and soon.</summary>
public sealed class MutatedTemplateTests
{
    private static readonly string[] Fragments =
    [
        "{% if yes %}", "{% endif %}", "{% else %}", "{% elif n %}", "{% for i in nums %}", "{% endfor %}", "{% for n in tree recursive %}", "{{ loop(n.kids) }}", "{% set a = 1 %}", "{% set a %}", "{% endset %}",
        "{% set ns = namespace(a=1) %}", "{% set ns.a = [ns.a, ns.a] %}", "{% macro f(a, b=2) %}", "{% endmacro %}", "{{ f(f) }}", "{% call f(1) %}", "{% endcall %}", "{{ caller() }}", "{% filter upper %}", "{% endfilter %}",
        "{% break %}", "{% continue %}", "{% generation %}", "{% endgeneration %}", "{% raw %}", "{% endraw %}", "{% block b %}", "{% endblock %}", "{{ self.b() }}", "{#", "#}", "{%-", "-%}", "{{-", "-}}", "{%", "%}", "{{", "}}",
        "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "~", "+", "-", "*", "**", "/", "//", "%", "==", "<", " not ", " and ", " in ", " is ", " if ", " else ", "'", "\"", "\\", "\n", "\r\n", "é", "😀", "\ud800", "\0", "\u2028",
        "0", "1", "-1", "99999", "1e308", "12345678901234567890", "range(99999)", "|list", "|tojson", "|join", "|sort", "|map('upper')", "|groupby('role')", "|batch(2)", "|pprint", "|center(999999999)", "'%999999999d'", ".format(1)", "['x']", "[::-1]", "zz", "none", "loop", "self", "messages",
    ];

    // What limits of steps and characters let a template make, with the lists it makes them from.
    private const long MostBytes = 1L << 30;

    [Fact]
    public void MutantsRenderOrFailCleanlyWithinASecond()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Golden("templates/jinja.json")));
        var context = golden.RootElement.GetProperty("context").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var sources = golden.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("template").GetString()!)
            .Concat(Directory.EnumerateFiles(SharedFolder.Golden("templates/chat-templates"), "*.jinja").Order(StringComparer.Ordinal).Select(File.ReadAllText))
            .ToArray();
        string Make(long number)
        {
            var choice = new Choice(20250314 + ((ulong)number << 20));
            return choice.Next(4) == 0 ? Assemble(choice) : Mutate(sources[choice.Next(sources.Length)], choice, sources);
        }

        MutationRun.Of("chat template", Make, template => JinjaTemplate.Parse(template).Render(context, FixedClock.OfGoldens), _ => MostBytes, leastRefused: 0.1);
    }

    private static string Assemble(Choice choice)
    {
        var text = new StringBuilder();
        for (var n = 2 + choice.Next(14); n > 0; n--) text.Append(Fragments[choice.Next(Fragments.Length)]);
        return text.ToString();
    }

    private static string Mutate(string template, Choice choice, string[] sources)
    {
        for (var n = 1 + choice.Next(3); n > 0; n--)
        {
            var at = choice.Next(template.Length + 1);
            var end = Math.Min(template.Length, at + 1 + choice.Next(12));
            var other = sources[choice.Next(sources.Length)];
            var from = choice.Next(other.Length + 1);
            template = choice.Next(5) switch
            {
                0 or 1 => template.Remove(at, end - at),
                2 => template[..end] + template[at..],
                3 => template[..at] + other[from..Math.Min(other.Length, from + 30)] + template[end..],
                _ => template.Insert(at, Fragments[choice.Next(Fragments.Length)]),
            };
        }

        return template;
    }
}
