using System.Globalization;

namespace Fathom.Cli.Output;

/// <summary>
/// Shows long work on standard error: done, rate, time left, memory. One line rewritten on a terminal; a plain line every few
/// seconds when redirected; nothing when quiet.
/// </summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Redirected = TimeSpan.FromSeconds(5);
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly string _what;
    private readonly string _unit;
    private readonly long _total;
    private readonly bool _quiet;
    private readonly long _start;
    private long _lastShown;
    private long _startedWith;

    public Progress(Terminal terminal, TimeProvider time, string what, string unit, long total, bool quiet)
    {
        _terminal = terminal;
        _time = time;
        _what = what;
        _unit = unit;
        _total = total;
        _quiet = quiet;
        _start = _lastShown = time.GetTimestamp();
    }

    /// <summary>Time since the work began.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>Counts units that an earlier run had done, so that they do not enter the rate.</summary>
    public void AlreadyDone(long done) => _startedWith = done;

    /// <summary>Says how far the work is; shown when it is time to.</summary>
    public void Report(long done, string extra = "")
    {
        if (_quiet || _time.GetElapsedTime(_lastShown) < (_terminal.ErrorIsTerminal ? OnTerminal : Redirected))
        {
            return;
        }

        _lastShown = _time.GetTimestamp();
        var line = Line(done, extra);
        if (_terminal.ErrorIsTerminal)
        {
            _terminal.ShowStatus(line);
        }
        else
        {
            _terminal.Say(line);
        }
    }

    public void Dispose() => _terminal.EndStatus();

    internal string Line(long done, string extra)
    {
        var seconds = Elapsed.TotalSeconds;
        var rate = seconds > 0 ? (done - _startedWith) / seconds : 0;
        var left = rate > 0 ? Units.Duration(TimeSpan.FromSeconds((_total - done) / rate)) : "?";
        var share = _total > 0 ? (100.0 * done / _total).ToString("F0", CultureInfo.InvariantCulture) : "100";
        var tail = extra.Length > 0 ? ", " + extra : "";
        var amounts = _unit == "bytes" ? $"{Units.Bytes(done)} of {Units.Bytes(_total)} ({share} %), {Units.Bytes(rate)}/s" : $"{done}/{_total} {_unit} ({share} %), {Units.Rate(rate)} {_unit}/s";
        return $"{_what}: {amounts}{tail}, {left} left, {Units.Bytes(Environment.WorkingSet)} resident";
    }
}
