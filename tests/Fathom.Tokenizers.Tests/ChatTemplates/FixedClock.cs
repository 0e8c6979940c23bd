namespace Fathom.Tokenizers.Tests.ChatTemplates;

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock(DateTime now) : TimeProvider
{
    /// <summary>The moment all goldens were made at.</summary>
    public static FixedClock OfGoldens { get; } = new(new DateTime(2025, 3, 14, 15, 9, 26, DateTimeKind.Utc));

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(now, TimeSpan.Zero);
}
