using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>Which passes with dropout several detectors need together.</summary>
public static class DropoutNeeds
{
    /// <summary>The passes all these detectors share; <see langword="null"/> where none needs any.</summary>
    /// <exception cref="FathomException">Two detectors need different ones: a trace holds one set of passes.</exception>
    public static DropoutOptions? Of(IEnumerable<DetectorDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        DetectorDefinition? first = null;
        foreach (var definition in definitions)
        {
            if (definition.RequiredDropout is null) continue;
            first ??= definition;
            if (definition.RequiredDropout != first.RequiredDropout)
            {
                throw new FathomException($"detectors '{first.Name}' and '{definition.Name}' need different passes with dropout; fit them apart, or give them the same passes, rate, sites and seed");
            }
        }

        return first?.RequiredDropout;
    }
}
