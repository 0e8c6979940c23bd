using Polly;
using Polly.Retry;

namespace Fathom.Formats.Hub;

/// <summary>Tries again what failed for a passing reason: after the time the server asks for, else after waits that double, with jitter.</summary>
internal static class HubRetry
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);

    /// <summary>The strategy; <paramref name="onRetry"/> is told why and how long it waits.</summary>
    public static ResiliencePipeline Create(HubSettings settings, Action<string>? onRetry = null)
    {
        if (settings.Retries == 0) return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder { TimeProvider = settings.Time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is HubTransientException failure && !(failure.RetryAfter > settings.LongestRetryAfter)),
            MaxRetryAttempts = settings.Retries,
            Delay = settings.RetryDelay,
            MaxDelay = LongestDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as HubTransientException)?.RetryAfter),
            OnRetry = arguments =>
            {
                onRetry?.Invoke($"{arguments.Outcome.Exception?.Message}; trying again in {arguments.RetryDelay.TotalSeconds:F1} s");
                return ValueTask.CompletedTask;
            },
        }).Build();
    }
}
