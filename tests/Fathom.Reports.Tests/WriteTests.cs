using Fathom.Reports.Tests.Samples;

namespace Fathom.Reports.Tests;

public sealed class WriteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fathom-reports").FullName;

    [Fact]
    public async Task The_file_is_replaced_whole_and_nothing_is_left_beside_it()
    {
        var path = Path.Combine(_folder, "new", "report.html");
        await ReportRenderer.WriteAsync(path, SampleReports.Evaluation(1, 1, 20));
        await ReportRenderer.WriteAsync(path, SampleReports.Score());
        Assert.Equal(await ReportRenderer.RenderAsync(SampleReports.Score()), await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task A_failed_write_leaves_the_old_file_and_no_rest()
    {
        var path = Path.Combine(_folder, "report.html");
        await File.WriteAllTextAsync(path, "old");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReportRenderer.WriteAsync(path, SampleReports.Score(), cancelled.Token));
        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
