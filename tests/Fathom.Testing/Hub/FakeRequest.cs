namespace Fathom.Testing.Hub;

/// <summary>A request that a <see cref="FakeHub"/> got. <paramref name="Attempt"/> counts the requests of this method and path, from 1.</summary>
public sealed record FakeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, bool ToStore, int Attempt)
{
    /// <summary>The first byte that a range header asks for, or 0.</summary>
    public long From => Headers.TryGetValue("range", out var range) && range.StartsWith("bytes=", StringComparison.Ordinal) ? long.Parse(range[6..].TrimEnd('-')) : 0;
}
