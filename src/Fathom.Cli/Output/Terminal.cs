using System.Text;

namespace Fathom.Cli.Output;

/// <summary>
/// Standard output and standard error of a command, and whether a person looks at each. Results go to <see cref="Out"/>,
/// everything said meanwhile to <see cref="Error"/>.
/// </summary>
internal sealed class Terminal : IDisposable
{
    private readonly Lock _errorLock = new();
    private string _statusLine = "";

    public Terminal(TextWriter output, TextWriter error, bool outIsTerminal, bool errorIsTerminal)
    {
        Out = output;
        Error = error;
        OutIsTerminal = outIsTerminal;
        ErrorIsTerminal = errorIsTerminal;
    }

    /// <summary>Where results go; UTF-8, "\n" line breaks.</summary>
    public TextWriter Out { get; }

    /// <summary>Where progress, notes and errors go.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person reads standard output directly.</summary>
    public bool OutIsTerminal { get; }

    /// <summary>Whether a person reads standard error directly.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OpenProcess()
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(StandardOutputStream.Open(), encoding, 16 * 1024) { NewLine = "\n" };
        var error = new StreamWriter(Console.OpenStandardError(), encoding, 1024) { NewLine = "\n", AutoFlush = true };
        return new Terminal(output, error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
    }

    /// <summary>Writes one line to standard error, above the status line if there is one.</summary>
    public void Say(string line)
    {
        lock (_errorLock)
        {
            ClearStatusLine();
            Error.WriteLine(line);
        }
    }

    /// <summary>Shows a line that the next one replaces; terminals only.</summary>
    public void ShowStatus(string line)
    {
        lock (_errorLock)
        {
            var padding = Math.Max(0, _statusLine.Length - line.Length);
            Error.Write("\r" + line + new string(' ', padding));
            Error.Flush();
            _statusLine = line;
        }
    }

    /// <summary>Takes the status line away.</summary>
    public void EndStatus()
    {
        lock (_errorLock)
        {
            ClearStatusLine();
        }
    }

    /// <summary>Flushes what is pending. A reader that has gone is no error here: nothing would come of saying so.</summary>
    public void Dispose()
    {
        try
        {
            Out.Flush();
        }
        catch (Exception exception) when (exception is PipeClosedException or IOException)
        {
            // The command has flushed, and reported, what mattered.
        }
    }

    private void ClearStatusLine()
    {
        if (_statusLine.Length > 0)
        {
            Error.Write("\r" + new string(' ', _statusLine.Length) + "\r");
            _statusLine = "";
        }
    }
}
