namespace Fathom.Reports;

/// <summary>One line of a list of facts: a setting, a hash, a version.</summary>
/// <param name="Name">What it is ("seed", "model.safetensors").</param>
/// <param name="Value">Its value, as text.</param>
public sealed record ReportFact(string Name, string Value);
