using System.Text.Json;
using Fathom.Tokenizers.ChatTemplates;

namespace Fathom.Tokenizers.Tests.ChatTemplates;

/// <summary>The public surface: input from JSON, errors for people, spans, the clock.</summary>
public sealed class ChatTemplateTests
{
    private static readonly JsonElement Hello = ChatTemplateInput.MessagesFrom(("user", "Hi"), ("assistant", "Hello"));

    private static string Render(string source, ChatTemplateInput? input = null) => ChatTemplate.Parse(source).Render(input ?? new ChatTemplateInput(Hello)).Text;

    [Fact]
    public void RendersMessagesAndSpecialTokens()
    {
        const string Source = "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
        var input = new ChatTemplateInput(Hello) { AddGenerationPrompt = true, SpecialTokens = new Dictionary<string, string>(StringComparer.Ordinal) { ["bos_token"] = "<s>" } };
        Assert.Equal("<s><user>Hi<assistant>Hello<assistant>", Render(Source, input));
    }

    [Fact]
    public void KeepsKeyOrderAndTheDifferenceBetweenIntegersAndFloats()
    {
        var messages = ChatTemplateInput.ParseJson("""[{"role":"user","content":"x","z":1,"a":1.0,"n":1e2,"big":123456789012345678901234567890,"s":"é\ud83d\ude00","l":[true,null]}]""", "test");
        Assert.Equal("""{"role": "user", "content": "x", "z": 1, "a": 1.0, "n": 100.0, "big": 123456789012345678901234567890, "s": "é😀", "l": [true, null]}""", Render("{{ messages[0] | tojson }}", new ChatTemplateInput(messages)));
    }

    [Fact]
    public void DropsNullsAndFillsReasoning()
    {
        var messages = ChatTemplateInput.ParseJson("""[{"role":"assistant","content":null,"reasoning":"why"}]""", "test");
        Assert.Equal("False why why why", Render("{{ 'content' in messages[0] }} {{ messages[0].reasoning_content }} {{ messages[0].thinking }} {{ messages[0].reasoning }}", new ChatTemplateInput(messages)));
        Assert.Equal("None None", Render("{{ tools }} {{ documents }}"));
    }

    [Fact]
    public void GenerationSpansCountCodePointsAndUtf16()
    {
        var rendered = ChatTemplate.Parse("😀{% generation %}é😀{% endgeneration %}x{% generation %}y{% endgeneration %}").Render(new ChatTemplateInput(Hello));
        Assert.Equal([new GenerationSpan(1, 3, 2, 5), new GenerationSpan(4, 5, 6, 7)], rendered.Generation);
        Assert.Equal("é😀", rendered.Text[2..5]);
    }

    [Fact]
    public void ContinuingCutsTextAndSpans()
    {
        var rendered = ChatTemplate.Parse("{% for m in messages %}[{% generation %}{{ m.content }}!{% endgeneration %}]{% endfor %}").Render(new ChatTemplateInput(Hello) { ContinueFinalMessage = true });
        Assert.Equal("[Hi!][Hello", rendered.Text);
        Assert.Equal([new GenerationSpan(1, 4, 1, 4), new GenerationSpan(6, 11, 6, 11)], rendered.Generation);
    }

    [Theory]
    [InlineData("[]", "ValueError")]
    [InlineData("{}", "TypeError")]
    [InlineData("[1]", "TypeError")]
    public void RefusesWhatIsNoConversation(string messages, string errorClass)
    {
        var error = Assert.Throws<TemplateException>(() => Render("x", new ChatTemplateInput(ChatTemplateInput.ParseJson(messages, "test"))));
        Assert.Equal(errorClass, error.ErrorClass);
    }

    [Fact]
    public void ErrorsNameTemplateLineAndConstruct()
    {
        var error = Assert.Throws<TemplateException>(() => ChatTemplate.Parse("a\n{% for m in messages %}\n  {{ m.content.nothing.more }}\n{% endfor %}", "model.jinja").Render(new ChatTemplateInput(Hello)));
        Assert.Equal("chat template 'model.jinja', line 3, in {{ m.content.nothing.more }}: UndefinedError: 'str object' has no attribute 'nothing'", error.Message);
        error = Assert.Throws<TemplateException>(() => ChatTemplate.Parse("a\nb {% for m of messages %}{% endfor %}"));
        Assert.Equal("chat template, line 2, in {% for m of messages %}: TemplateSyntaxError: expected token 'in', got 'of'", error.Message);
    }

    [Fact]
    public void TheErrorOfAMacroIsPlacedInTheMacro()
    {
        var error = Assert.Throws<TemplateException>(() => ChatTemplate.Parse("{% macro f(x) %}\n{{ x + 1 }}\n{% endmacro %}\n\n{{ f('a') }}").Render(new ChatTemplateInput(Hello)));
        Assert.Equal(2, error.Line);
        Assert.Equal("{{ x + 1 }}", error.Construct);
        error = Assert.Throws<TemplateException>(() => ChatTemplate.Parse("{% macro f(x) %}\n{{ x }}\n{% endmacro %}\n\n{{ f('a') + 1 }}").Render(new ChatTemplateInput(Hello)));
        Assert.Equal(5, error.Line);
    }

    [Fact]
    public void RendersTheSameOnManyThreads()
    {
        var template = ChatTemplate.Parse("{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{{ m.content }}{{ [1,2,3,4] | random }}{% endfor %}");
        var expected = template.Render(new ChatTemplateInput(Hello)).Text;
        Parallel.For(0, 200, _ => Assert.Equal(expected, template.Render(new ChatTemplateInput(Hello)).Text));
    }

    [Fact]
    public void TheClockIsTheCallers() => Assert.Equal("14 Mar 2025 15:09", Render("{{ strftime_now('%d %b %Y %H:%M') }}", new ChatTemplateInput(Hello) { Clock = FixedClock.OfGoldens }));

    [Fact]
    public void BadJsonNamesFileAndLine() => Assert.StartsWith("chat.json, line 2: not JSON", Assert.Throws<FathomException>(() => ChatTemplateInput.ParseJson("[\n{]", "chat.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void HalfASurrogateIsRefused() => Assert.Throws<FathomException>(() => Render("x", new ChatTemplateInput(ChatTemplateInput.ParseJson("""[{"role":"\ud800"}]""", "test"))));
}
