namespace Fathom.Reports.Tests;

public sealed class PrintableReferencesTests
{
    [Theory]
    [InlineData("&#xE9;t&#xE9;", "été")]
    [InlineData("&#x1F600;", "😀")]
    [InlineData("a&#x0;b&#x1B;[31m", "a␀b␛[31m")]
    [InlineData("a&#xD;&#xA;b&#xD;c&#xA;", "a&#xA;b&#xA;c&#xA;")]
    [InlineData("&#x202E;evil", "[U+202E]evil")]
    [InlineData("&#x200B;&#xFEFF;&#x85;", "[U+200B][U+FEFF][U+0085]")]
    [InlineData("&#xFFFF;&#xD800;&#x110000;", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("&#x27;&#x3C;&#x22;", "&#x27;&#x3C;&#x22;")]
    [InlineData("&amp;#x1; &#xZZ; &#x; &#x1234567; &#x41", "&amp;#x1; &#xZZ; &#x; &#x1234567; &#x41")]
    public void References_become_readable_and_never_markup(string html, string expected) =>
        Assert.Equal(expected, PrintableReferences.Replace(html));
}
