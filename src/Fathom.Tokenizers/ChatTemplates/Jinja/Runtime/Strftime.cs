using System.Globalization;
using System.Text;

namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary><c>datetime.strftime</c> in the C locale.</summary>
internal static class Strftime
{
    public static StringValue Format(Value format, DateTime now)
    {
        UndefinedValue.Refuse(format);
        if (format is not StringValue { Text: var text }) throw Errors.Type($"strftime() argument 1 must be str, not {format.TypeName}");
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%' || i + 1 >= text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            // glibc's "no padding" flag, common in templates.
            var bare = text[i] == '-' && i + 1 < text.Length;
            if (bare) i++;
            var piece = Directive(text[i], now) ?? (bare ? "%-" : "%") + text[i];
            if (bare && piece.Length > 1 && (piece[0] is '0' or ' ')) piece = piece[..^1].TrimStart('0', ' ') + piece[^1];
            result.Append(piece);
        }

        Budget.Allocate(result.Length);
        return new StringValue(result.ToString());
    }

    private static string? Directive(char directive, DateTime t)
    {
        string Net(string pattern) => t.ToString(pattern, CultureInfo.InvariantCulture);
        var hour12 = t.Hour % 12 == 0 ? 12 : t.Hour % 12;
        return directive switch
        {
            'a' => Net("ddd"),
            'A' => Net("dddd"),
            'b' or 'h' => Net("MMM"),
            'B' => Net("MMMM"),
            'c' => $"{Net("ddd MMM")} {t.Day,2} {Net("HH:mm:ss yyyy")}",
            'C' => $"{t.Year / 100:00}",
            'd' => $"{t.Day:00}",
            'D' or 'x' => Net("MM'/'dd'/'yy"),
            'e' => $"{t.Day,2}",
            'f' => $"{t.Ticks % TimeSpan.TicksPerSecond / 10:000000}",
            'F' => Net("yyyy-MM-dd"),
            'g' => $"{ISOWeek.GetYear(t) % 100:00}",
            'G' => $"{ISOWeek.GetYear(t)}",
            'H' => $"{t.Hour:00}",
            'I' => $"{hour12:00}",
            'j' => $"{t.DayOfYear:000}",
            'k' => $"{t.Hour,2}",
            'l' => $"{hour12,2}",
            'm' => $"{t.Month:00}",
            'M' => $"{t.Minute:00}",
            'n' => "\n",
            'p' => t.Hour < 12 ? "AM" : "PM",
            'P' => t.Hour < 12 ? "am" : "pm",
            'r' => $"{hour12:00}:{Net("mm:ss")} {(t.Hour < 12 ? "AM" : "PM")}",
            'R' => Net("HH:mm"),
            's' => new DateTimeOffset(t, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'S' => $"{t.Second:00}",
            't' => "\t",
            'T' or 'X' => Net("HH:mm:ss"),
            'u' => $"{(t.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)t.DayOfWeek)}",
            'U' => $"{(t.DayOfYear + 6 - (int)t.DayOfWeek) / 7:00}",
            'V' => $"{ISOWeek.GetWeekOfYear(t):00}",
            'w' => $"{(int)t.DayOfWeek}",
            'W' => $"{(t.DayOfYear + 6 - (((int)t.DayOfWeek + 6) % 7)) / 7:00}",
            'y' => Net("yy"),
            'Y' => t.Year.ToString(CultureInfo.InvariantCulture),
            // A naive time has no zone.
            'z' or 'Z' => "",
            '%' => "%",
            _ => null,
        };
    }
}
