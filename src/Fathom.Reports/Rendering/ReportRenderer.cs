using System.Text;
using Fathom.Reports.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fathom.Reports;

/// <summary>Turns reports into one self-contained HTML file each. Equal reports give equal text. Safe to use from several threads.</summary>
public static class ReportRenderer
{
    /// <summary>The page of an evaluation.</summary>
    public static Task<string> RenderAsync(EvaluationReport report) =>
        RenderAsync<EvaluationReportPage>(nameof(EvaluationReportPage.Report), report);

    /// <summary>The page of a scoring run.</summary>
    public static Task<string> RenderAsync(ScoreReport report) =>
        RenderAsync<ScoreReportPage>(nameof(ScoreReportPage.Report), report);

    /// <summary>The page of a training run.</summary>
    public static Task<string> RenderAsync(TrainingReport report) =>
        RenderAsync<TrainingReportPage>(nameof(TrainingReportPage.Report), report);

    /// <summary>The page of a diagnosis.</summary>
    public static Task<string> RenderAsync(DiagnosisReport report) =>
        RenderAsync<DiagnosisReportPage>(nameof(DiagnosisReportPage.Report), report);

    /// <summary>
    /// Renders and writes a file so that a reader finds either the old page or the new one, whole, never a half.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written; an old one is left as it was.</exception>
    public static async Task WriteAsync(string path, EvaluationReport report, CancellationToken cancellationToken = default) =>
        await AtomicTextFile.WriteAsync(path, await RenderAsync(report), cancellationToken);

    /// <inheritdoc cref="WriteAsync(string, EvaluationReport, CancellationToken)"/>
    public static async Task WriteAsync(string path, ScoreReport report, CancellationToken cancellationToken = default) =>
        await AtomicTextFile.WriteAsync(path, await RenderAsync(report), cancellationToken);

    /// <inheritdoc cref="WriteAsync(string, EvaluationReport, CancellationToken)"/>
    public static async Task WriteAsync(string path, TrainingReport report, CancellationToken cancellationToken = default) =>
        await AtomicTextFile.WriteAsync(path, await RenderAsync(report), cancellationToken);

    /// <inheritdoc cref="WriteAsync(string, EvaluationReport, CancellationToken)"/>
    public static async Task WriteAsync(string path, DiagnosisReport report, CancellationToken cancellationToken = default) =>
        await AtomicTextFile.WriteAsync(path, await RenderAsync(report), cancellationToken);

    /// <summary>Any component with its parameters as HTML, cleaned as the reports are; how charts are tested one by one.</summary>
    internal static async Task<string> RenderComponentAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters));
            var text = new StringBuilder();
            await using var writer = new StringWriter(text);
            root.WriteHtmlTo(writer);
            return PrintableReferences.Replace(text.ToString());
        });
    }

    private static Task<string> RenderAsync<TPage>(string parameter, IReport report)
        where TPage : IComponent
    {
        ArgumentNullException.ThrowIfNull(report);
        return RenderComponentAsync<TPage>(new Dictionary<string, object?>(StringComparer.Ordinal) { [parameter] = report });
    }
}
