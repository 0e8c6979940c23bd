namespace Fathom.Cli.Verbs;

/// <summary>A clock that stands at one local time.</summary>
internal sealed class StandingClock(DateTime now) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(DateTime.SpecifyKind(now, DateTimeKind.Unspecified), TimeSpan.Zero);
}
