using System.Text.Json.Nodes;

namespace Fathom.Cli.Machine;

/// <summary>One thing <c>doctor</c> looked at: what was found, whether it is well, and how to mend it if not.</summary>
internal sealed record HealthCheck(string Name, HealthState State, string Found, string? Advice = null)
{
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["state"] = StateWord,
        ["found"] = Found,
        ["advice"] = Advice,
    };

    public string StateWord => State switch
    {
        HealthState.Well => "ok",
        HealthState.Warning => "warning",
        _ => "bad",
    };
}
