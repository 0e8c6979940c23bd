using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Several detectors as one: <c>combined</c>. Half of the calibration samples put every member's scores on one scale, the p-value p;
/// the score is Fisher's statistic, the sum of -ln p over the members, and the other half calibrates it, so that the false-alarm rate
/// holds however the members depend on each other. Beyond the largest of its m reference scores, where every p-value would be
/// 1 / (m + 1), a member adds ln(m + 1) + ln(1 + excess / (largest - median)), so that strange samples keep their order. Needs
/// calibration: <see cref="DetectorFitter.FitCalibrated"/>.
/// </summary>
public sealed record CombinedDetector : DetectorDefinition
{
    /// <summary>A combination of these detectors.</summary>
    public CombinedDetector(IReadOnlyList<DetectorDefinition> members, string name = "combined")
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(members);
        Members = [.. members];
    }

    /// <summary>The detectors that are combined, two or more.</summary>
    public IReadOnlyList<DetectorDefinition> Members { get; }

    /// <inheritdoc/>
    public override string Kind => "combined";

    /// <inheritdoc/>
    public override string Description => $"several detectors find it strange together ({string.Join(", ", Members.Select(static member => member.Name))}; Fisher's statistic of their p-values)";

    /// <inheritdoc/>
    public override IReadOnlyList<Pooling> RequiredPoolings => [.. Members.SelectMany(static member => member.RequiredPoolings).Distinct().Order()];

    /// <inheritdoc/>
    public override DropoutOptions? RequiredDropout => DropoutNeeds.Of(Members);

    /// <inheritdoc/>
    public override bool NeedsClassLogits => Members.Any(static member => member.NeedsClassLogits);

    /// <inheritdoc/>
    public override bool NeedsLabels => Members.Any(static member => member.NeedsLabels);

    /// <inheritdoc/>
    public override bool NeedsCalibration => true;

    /// <inheritdoc/>
    public override bool LooksAtOutput => Members.Any(static member => member.LooksAtOutput);

    internal override IReadOnlyList<StatisticKey> RequiredStatistics => [.. Members.SelectMany(static member => member.RequiredStatistics).Distinct()];

    internal override IReadOnlyList<StatisticKey> KeptStatistics => [.. RequiredStatistics, ReferencesKey];

    internal MemberReferencesKey ReferencesKey => new(Name, Members.Count);

    /// <inheritdoc/>
    public override void Validate(TraceOrigin origin)
    {
        base.Validate(origin);
        if (Members.Count < 2) throw new FathomException($"detector '{Name}': {Members.Count} members; expected at least two detectors to combine");
        if (Members.FirstOrDefault(static member => member.NeedsCalibration) is { } nested) throw new FathomException($"detector '{Name}': '{nested.Name}' is itself a combination; name its members");
        if (Members.GroupBy(static member => member.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice) throw new FathomException($"detector '{Name}': member '{twice.Key}' is named twice");
        foreach (var member in Members) member.Validate(origin);
        _ = RequiredDropout;
    }

    /// <inheritdoc/>
    public bool Equals(CombinedDetector? other) => other is not null && Name == other.Name && Members.SequenceEqual(other.Members);

    /// <inheritdoc/>
    public override int GetHashCode() => Members.Aggregate(Name.GetHashCode(StringComparison.Ordinal), HashCode.Combine);

    internal override FittedDetector Build(FitState state) => new FittedCombined(
        this, state, [.. Members.Select(member => member.Build(state))], state.Statistics.TryGetValue(ReferencesKey, out var references) ? (MemberReferences)references : null);

    internal override JsonObject Settings() => new()
    {
        ["rule"] = "fisher",
        ["members"] = new JsonArray([.. Members.Select(static member => (JsonNode)new JsonObject { ["name"] = member.Name, ["kind"] = member.Kind, ["settings"] = member.Settings() })]),
    };

    internal static CombinedDetector Read(string name, SettingsReader settings)
    {
        var rule = settings.Text("rule");
        if (rule != "fisher") throw new FathomException($"detector '{name}': rule '{rule}' is not known to this version of Fathom; expected fisher");
        var members = new List<DetectorDefinition>();
        foreach (var member in settings.Objects("members"))
        {
            var own = member.Object("settings");
            var kind = member.Text("kind");
            if (kind == "combined") throw new FathomException($"detector '{name}': a member is itself a combination");
            members.Add(DetectorRegistry.Read(kind, member.Text("name"), own));
            own.EnsureAllRead();
            member.EnsureAllRead();
        }

        return new CombinedDetector(members, name);
    }
}
