using System.Text.Json;
using System.Text.RegularExpressions;
using Fathom.Tokenizers.ChatTemplates;

namespace Fathom.Tokenizers.Tests.ChatTemplates;

/// <summary>368 small templates against jinja2's own answers: text, or class, message and line of the error.</summary>
public sealed partial class JinjaGoldenTests
{
    private static readonly JsonDocument Golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Golden("templates/jinja.json")));

    public static TheoryData<string> Cases()
    {
        var data = new TheoryData<string>();
        foreach (var row in Golden.RootElement.GetProperty("cases").EnumerateArray()) data.Add(row.GetProperty("id").GetString()!);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EqualsJinja2(string id)
    {
        var row = Golden.RootElement.GetProperty("cases").EnumerateArray().Single(r => r.GetProperty("id").GetString() == id);
        var context = Golden.RootElement.GetProperty("context").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var unstable = row.TryGetProperty("unstable", out _);
        var expectsError = row.TryGetProperty("error", out var errorClass);
        try
        {
            var rendered = JinjaTemplate.Parse(row.GetProperty("template").GetString()!).Render(context, FixedClock.OfGoldens);
            Assert.False(expectsError, $"expected {errorClass}: {(expectsError ? row.GetProperty("message").GetString() : "")}, got '{rendered.Text}'");
            Assert.Equal(row.GetProperty("result").GetString(), unstable ? Address().Replace(rendered.Text, "0x?") : rendered.Text);
            if (row.TryGetProperty("generation", out var spans))
            {
                Assert.Equal(spans.EnumerateArray().Select(s => (s[0].GetInt32(), s[1].GetInt32())), rendered.Generation.Select(s => (s.Start, s.End)));
            }
        }
        catch (TemplateException error) when (expectsError)
        {
            Assert.Equal(errorClass.GetString(), error.ErrorClass);
            var message = row.GetProperty("message").GetString()!;
            // Python's own compiler adds the place in the code it compiled, which does not exist here.
            var place = message.IndexOf(" (<template>", StringComparison.Ordinal);
            Assert.Equal(place < 0 ? message : message[..place], error.Detail);
            if (row.GetProperty("line").ValueKind == JsonValueKind.Number) Assert.Equal(row.GetProperty("line").GetInt32(), error.Line);
        }
    }

    [GeneratedRegex("0x[0-9a-f]{6,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
