using System.Text.Json;
using Fathom.Tokenizers.ChatTemplates;

namespace Fathom.Tokenizers.Tests.ChatTemplates;

/// <summary>What a hostile template might try: every attempt ends soon, with an error that says why.</summary>
public sealed class TemplateLimitTests
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", "TemplateLimitError")]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "TemplateLimitError")]
    [InlineData("{{ 'a' * 10000000000 }}", "TemplateLimitError")]
    [InlineData("{{ [1] * 10000000000 }}", "TemplateLimitError")]
    [InlineData("{{ 'a' | center(2000000000) }}", "TemplateLimitError")]
    [InlineData("{{ '%2000000000d' % 1 }}", "TemplateLimitError")]
    [InlineData("{{ '{:1000000}'.format(1) * 1000 }}", "TemplateLimitError")]
    [InlineData("{{ 9 ** (9 ** 9) }}", "TemplateLimitError")]
    [InlineData("{{ 10 ** 5000 }}", "ValueError")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "RecursionError")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "RecursionError")]
    [InlineData("{% block b %}{{ self.b() }}{% endblock %}", "RecursionError")]
    [InlineData("{% set ns = namespace(a=[]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}", "TemplateLimitError")]
    [InlineData("{% set ns = namespace(a=[]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a | tojson }}", "TemplateLimitError")]
    [InlineData("{% set ns = namespace(a=[], b=[]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}", "TemplateLimitError")]
    [InlineData("{% set ns = namespace(a='ab') %}{% for i in range(60) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}{{ ns.a | length }}", "TemplateLimitError")]
    [InlineData("{% set ns = namespace(a='ab') %}{% for i in range(60) %}{% set ns.a = ns.a | replace('a', 'aa') %}{% endfor %}{{ ns.a | length }}", "TemplateLimitError")]
    [InlineData("{% set ns = namespace() %}{% set ns.a = [ns] %}{{ ns }}", "RecursionError")]
    public void IsStopped(string template, string errorClass)
    {
        var error = Assert.Throws<TemplateException>(() => JinjaTemplate.Parse(template).Render(Nothing));
        Assert.Equal(errorClass, error.ErrorClass);
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public void DeepNestingIsAnErrorNotACrash()
    {
        foreach (var template in new[]
        {
            "{{ " + new string('(', 100_000) + "1" + new string(')', 100_000) + " }}",
            "{{ " + new string('[', 100_000) + new string(']', 100_000) + " }}",
            "{{ " + string.Concat(Enumerable.Repeat("not ", 100_000)) + "1 }}",
            "{{ " + new string('-', 100_000) + "1 }}",
            "{{ 1" + string.Concat(Enumerable.Repeat(" if 1 else 1", 100_000)) + " }}",
            string.Concat(Enumerable.Repeat("{% if 1 %}", 100_000)),
        })
        {
            Assert.Throws<TemplateException>(() => JinjaTemplate.Parse(template).Render(Nothing));
        }
    }

    [Fact]
    public void LongChainsRenderOrFailCleanly()
    {
        foreach (var (unit, start) in new[] { (" + 1", "{{ 1"), (".a", "{{ a"), ("[0]", "{{ a"), ("()", "{{ a"), (" | upper", "{{ 'a'"), (" is odd", "{{ 1"), (" ~ 1", "{{ 1"), (" and 1", "{{ 1"), (" < 1", "{{ 1") })
        {
            var template = start + string.Concat(Enumerable.Repeat(unit, 200_000)) + " }}";
            try
            {
                JinjaTemplate.Parse(template).Render(Nothing);
            }
            catch (TemplateException)
            {
                // Too deep is an answer too.
            }
        }
    }

    [Fact]
    public void LimitsAreSettable()
    {
        var template = JinjaTemplate.Parse("{% for i in range(1000) %}x{% endfor %}", limits: new TemplateLimits { MaxSteps = 100 });
        Assert.Contains("100 steps", Assert.Throws<TemplateException>(() => template.Render(Nothing)).Message, StringComparison.Ordinal);
        template = JinjaTemplate.Parse("{% for i in range(1000) %}x{% endfor %}", limits: new TemplateLimits { MaxAllocatedUnits = 100 });
        Assert.Contains("100 characters", Assert.Throws<TemplateException>(() => template.Render(Nothing)).Message, StringComparison.Ordinal);
        template = JinjaTemplate.Parse("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(20) }}", limits: new TemplateLimits { MaxCallDepth = 10 });
        Assert.Equal("RecursionError", Assert.Throws<TemplateException>(() => template.Render(Nothing)).ErrorClass);
    }

    [Theory]
    [InlineData("{{ ''.__class__.__mro__ }}")]
    [InlineData("{{ [].append(1) }}")]
    [InlineData("{{ {}.update({}) }}")]
    [InlineData("{{ {}['__class__'].x }}")]
    [InlineData("{{ raise_exception.__globals__.x }}")]
    [InlineData("{{ '{0.__class__.__mro__}'.format(1) }}")]
    [InlineData("{% for x in ().__class__.__base__.__subclasses__() %}{% if 'warning' in x.__name__ %}{{ x()._module.__builtins__['__import__']('os').popen('id').read() }}{% endif %}{% endfor %}")] // CVE-2024-34359
    [InlineData("{{ cycler.__init__.__globals__.os.popen('id').read() }}")]
    [InlineData("{{ self.__init__.__globals__.__builtins__ }}")]
    [InlineData("{{ ('{0.__class__.__init__.__globals__}' | attr('format'))(1) }}")] // CVE-2025-27516
    [InlineData("{% set f = '{0.__class__.__mro__}'.format %}{{ f(1) }}")] // CVE-2024-56326
    [InlineData("{{ ['{0.__class__.__mro__}'] | map('format', 1) | list | first | attr('x') }}")]
    [InlineData("{{ '{a.__class__.__mro__}'.format_map({'a': 1}) }}")] // CVE-2019-10906
    [InlineData("{{ ''['__class__']['__mro__'].x }}")]
    [InlineData("{% include '/etc/passwd' %}")]
    [InlineData("{% import 'os' as os %}")]
    public void ReachesNothing(string template) => Assert.Throws<TemplateException>(() => JinjaTemplate.Parse(template).Render(Nothing));

    // CVE-2016-10745: an item of that name is none.
    [Fact]
    public void ItemsAreDataOnly() => Assert.Equal("", JinjaTemplate.Parse("{{ '{0[__class__]}'.format(1) }}").Render(Nothing).Text);
}
