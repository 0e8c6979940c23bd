namespace Fathom.Reports;

/// <summary>The style sheet of every report; a dashboard that uses the same components needs it too.</summary>
public static class ReportStyle
{
    /// <summary>The style sheet: light and dark, no fonts or pictures from elsewhere.</summary>
    public static string Css { get; } = Load();

    private static string Load()
    {
        const string Name = "Fathom.Reports.report.css";
        using var stream = typeof(ReportStyle).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{Name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
