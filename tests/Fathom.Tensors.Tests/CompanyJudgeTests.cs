using System.Diagnostics;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Tests;

public class CompanyJudgeTests
{
    private static readonly long Millisecond = Stopwatch.Frequency / 1000;

    [Fact]
    public void ACallerThatMostlyWaitsGoesOnAloneThenTriesAgain()
    {
        var judge = new CompanyJudge();
        var now = Together(judge, 0, work: 1, wait: 4, jobs: 2);
        Assert.True(judge.PrefersAlone(now));
        Assert.True(judge.PrefersAlone(now + 40 * Millisecond));
        Assert.False(judge.PrefersAlone(now + 60 * Millisecond));

        now = Together(judge, now + 60 * Millisecond, work: 1, wait: 4, jobs: 2);
        Assert.True(judge.PrefersAlone(now + 60 * Millisecond));
        for (var i = 0; i < 20; i++) now = Together(judge, now + 900 * Millisecond, work: 1, wait: 4, jobs: 2);
        Assert.True(judge.PrefersAlone(now + 700 * Millisecond));
        Assert.False(judge.PrefersAlone(now + 900 * Millisecond));
    }

    [Fact]
    public void GoodCompanyIsKeptAndBadDaysForgotten()
    {
        var judge = new CompanyJudge();
        var now = Together(judge, 0, work: 3, wait: 1, jobs: 1000);
        Assert.False(judge.PrefersAlone(now));
        now = Together(judge, now, work: 1, wait: 4, jobs: 2);
        now = Together(judge, now + 900 * Millisecond, work: 3, wait: 1, jobs: 10);
        now = Together(judge, now, work: 1, wait: 4, jobs: 2);
        Assert.False(judge.PrefersAlone(now + 60 * Millisecond));
    }

    private static long Together(CompanyJudge judge, long now, int work, int wait, int jobs)
    {
        for (var i = 0; i < jobs; i++)
        {
            judge.Worked(now, now + work * Millisecond, now + (work + wait) * Millisecond);
            now += (work + wait) * Millisecond;
        }

        return now;
    }
}
