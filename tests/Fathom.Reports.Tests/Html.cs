using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Fathom.Reports.Tests;

/// <summary>Reads pages and drawings as XML: once HTML's void elements are closed, a report must be well formed in both readings.</summary>
internal static partial class Html
{
    public static XElement Parse(string html)
    {
        var start = html.IndexOf('<', StringComparison.Ordinal);
        if (html.AsSpan(start).StartsWith("<!DOCTYPE html>", StringComparison.Ordinal))
        {
            start += "<!DOCTYPE html>".Length;
        }

        var text = VoidRegex().Replace(html[start..], "<${name}${attributes}/>");
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace).Root!;
    }

    public static IEnumerable<XElement> All(XElement root, string name) => root.DescendantsAndSelf().Where(element => element.Name.LocalName == name);

    public static IEnumerable<XElement> WithClass(XElement root, string name) =>
        root.DescendantsAndSelf().Where(element => ((string?)element.Attribute("class") ?? "").Split(' ').Contains(name));

    [GeneratedRegex("<(?<name>meta|input|wbr)(?<attributes>[^<>]*?)/?>", RegexOptions.None, 5000)]
    private static partial Regex VoidRegex();
}
