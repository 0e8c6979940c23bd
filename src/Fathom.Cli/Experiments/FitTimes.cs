using System.Diagnostics;
using Fathom.Insight.Detection;
using Trace = Fathom.Models.Tracing.Trace;

namespace Fathom.Cli.Experiments;

/// <summary>How long every detector takes to fit, alone and without calibration: reading the traces is not counted.</summary>
internal static class FitTimes
{
    /// <summary>Seconds by detector; combined ones are their members and are left out.</summary>
    public static IReadOnlyDictionary<string, double> Of(IReadOnlyList<DetectorDefinition> definitions, TraceOrigin origin, IEnumerable<Trace> traces, CancellationToken stop) =>
        definitions.Where(static definition => !definition.NeedsCalibration).ToDictionary(static definition => definition.Name, definition =>
        {
            stop.ThrowIfCancellationRequested();
            var fitter = new DetectorFitter([definition], origin);
            var time = new Stopwatch();
            foreach (var trace in traces)
            {
                time.Start();
                fitter.Add(trace);
                time.Stop();
            }

            time.Start();
            _ = fitter.Build();
            return time.Elapsed.TotalSeconds;
        });
}
