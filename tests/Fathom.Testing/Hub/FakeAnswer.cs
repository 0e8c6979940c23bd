namespace Fathom.Testing.Hub;

/// <summary>What a <see cref="FakeHub"/> answers, well or badly.</summary>
public sealed record FakeAnswer(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Close the connection after so many bytes of the body.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Send nothing more after so many bytes, and keep the connection open.</summary>
    public int? StallAfter { get; init; }

    /// <summary>Wait so long after each 4 KiB.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>What the head says instead of the body's length.</summary>
    public long? SaidLength { get; init; }

    /// <summary>A text with a status.</summary>
    public static FakeAnswer Text(int status, string text, params (string Name, string Value)[] headers) =>
        new(status, System.Text.Encoding.UTF8.GetBytes(text)) { Headers = headers.ToDictionary(header => header.Name, header => header.Value) };
}
