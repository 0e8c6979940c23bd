using System.Text.Json;

namespace Fathom.Reasoning.WordProblems;

/// <summary>The people, things and sentences of <c>wordings.json</c>.</summary>
internal sealed record Wordings(string[][] People, string[] Items, string[][] Containers, WordingFamily[] Families)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Wordings Default { get; } = Load();

    private static Wordings Load()
    {
        using var stream = typeof(Wordings).Assembly.GetManifestResourceStream("wordings.json")!;
        return JsonSerializer.Deserialize<Wordings>(stream, Options)!;
    }
}
