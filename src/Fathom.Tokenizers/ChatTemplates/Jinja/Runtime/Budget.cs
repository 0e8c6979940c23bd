using System.Runtime.CompilerServices;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>
/// What is left of the limits of the rendering that runs on this thread. Values are made deep within filters and formatting,
/// so the budget is found through the thread; outside a rendering nothing is counted.
/// </summary>
internal sealed class Budget(TemplateLimits limits)
{
    [ThreadStatic]
    private static Budget? _current;

    private long _steps = limits.MaxSteps;
    private long _units = limits.MaxAllocatedUnits;

    /// <summary>Makes the budget the thread's own and returns the one before, to be put back.</summary>
    public static Budget? Exchange(Budget? budget)
    {
        var before = _current;
        _current = budget;
        return before;
    }

    public void Step()
    {
        if (--_steps < 0) throw TooManySteps();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Errors.Recursion();
    }

    /// <summary>Counts work that is not an evaluation: comparing, hashing, printing a nested value.</summary>
    public static void Work(long steps = 1)
    {
        if (_current is { } budget && (budget._steps -= steps) < 0) throw budget.TooManySteps();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Errors.Recursion();
    }

    /// <summary>Counts characters or elements before they are made; making 64 of them is also a step.</summary>
    public static void Allocate(long units)
    {
        if (_current is not { } budget) return;
        if ((budget._units -= units) < 0) throw Errors.Limit($"the template makes more than {budget.Limits.MaxAllocatedUnits} characters and list elements; raise TemplateLimits.MaxAllocatedUnits if that is meant");
        if ((budget._steps -= units >> 6) < 0) throw budget.TooManySteps();
    }

    private TemplateLimits Limits => limits;

    private TemplateException TooManySteps() => Errors.Limit($"the template takes more than {limits.MaxSteps} steps; raise TemplateLimits.MaxSteps if that is meant");
}
