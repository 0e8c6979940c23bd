namespace Fathom.Tokenizers.Tests;

/// <summary>Fails a test with the first few of its differences.</summary>
internal static class Differences
{
    private static readonly int Limit = int.TryParse(Environment.GetEnvironmentVariable("FATHOM_DIFFERENCES"), out var limit) ? limit : 12;

    /// <summary>Asserts that there are none.</summary>
    public static void None(List<string> wrong) =>
        Assert.True(wrong.Count == 0, $"{wrong.Count} differences\n{string.Join('\n', wrong.Take(Limit))}");
}
