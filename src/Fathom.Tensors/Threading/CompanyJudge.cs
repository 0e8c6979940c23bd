using System.Diagnostics;

namespace Fathom.Tensors.Threading;

/// <summary>
/// Decides whether company helps. On processors that others use too, a worker is stopped in the middle of a piece for
/// milliseconds, and a caller that waits for it at every job is slower than one thread alone (measured: half as fast in the steps
/// of a small model beside two busy processes).
/// </summary>
internal sealed class CompanyJudge
{
    // Long enough for hundreds of jobs, short against the time alone that it may earn.
    private static readonly long Window = Stopwatch.Frequency / 100;
    private static readonly long ShortestAlone = Stopwatch.Frequency / 20;
    private static readonly long LongestAlone = Stopwatch.Frequency * 4 / 5;

    private long _together;
    private long _waited;
    private long _aloneUntil = long.MinValue;
    private long _alone = ShortestAlone;

    /// <summary>Whether the next job is better done by the caller alone.</summary>
    public bool PrefersAlone(long now) => now < _aloneUntil;

    /// <summary>Takes in a job done together: when it began, when the caller's part was done, when the workers' was.</summary>
    public void Worked(long begun, long worked, long ended)
    {
        _together += ended - begun;
        _waited += ended - worked;
        if (_together < Window) return;

        // Alone, a caller would do at most twice its own part: one that waits for two thirds of the time has lost by company.
        if (3 * _waited > 2 * _together)
        {
            _aloneUntil = ended + _alone;
            _alone = Math.Min(2 * _alone, LongestAlone);
        }
        else
        {
            _alone = ShortestAlone;
        }

        (_together, _waited) = (0, 0);
    }
}
