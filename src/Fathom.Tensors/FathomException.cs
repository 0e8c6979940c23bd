using System.Globalization;
using System.Text;

namespace Fathom;

/// <summary>
/// The one exception type for what a user can mend: a wrong file, a wrong setting, a full disk. Its message is one line that
/// names the file, the place, what was expected and what to do. Programming errors keep the framework's exception types.
/// </summary>
public class FathomException : Exception
{
    private const int Longest = 1200;

    /// <summary>Creates the exception with a one-line message for people; control characters in it, which come from files, are shown escaped.</summary>
    public FathomException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>Creates the exception with a one-line message for people and its cause.</summary>
    public FathomException(string message, Exception innerException)
        : base(OneLine(message), innerException)
    {
    }

    // A name out of a file may hold line breaks, or what a terminal takes for a command, or be the whole file.
    private static string OneLine(string message)
    {
        if (message is null || (message.Length <= Longest && !message.Any(Escapes))) return message!;
        if (message.Length > Longest) message = $"{message.AsSpan(0, Longest * 3 / 4)} … {message.AsSpan(message.Length - Longest / 4)}";
        var line = new StringBuilder(message.Length + 16);
        foreach (var c in message)
        {
            if (!Escapes(c)) line.Append(c);
            else if (c is '\n' or '\r' or '\t') line.Append('\\').Append(c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
            else line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return line.ToString();
    }

    private static bool Escapes(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
