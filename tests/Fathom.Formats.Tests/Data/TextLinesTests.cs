using System.IO.Compression;
using System.Text;

namespace Fathom.Formats.Tests.Data;

public class TextLinesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("one", new[] { "one" })]
    [InlineData("one\n", new[] { "one" })]
    [InlineData("one\r\ntwo\r", new[] { "one", "two" })]
    [InlineData("\none\n\n\ntwo\n\n", new[] { "", "one", "", "", "two", "" })]
    [InlineData("\r\n \t\r\n", new[] { "", " \t" })]
    [InlineData("a\rb\r\r\nc", new[] { "a\rb\r", "c" })]
    [InlineData("\ufeffone\n\ufefftwo", new[] { "one", "\ufefftwo" })]
    public void BlankLinesAreLines(string content, string[] expected) => Assert.Equal(expected, Lines(Encoding.UTF8.GetBytes(content), 64));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1 << 16)]
    public void PartsNeverCutCharacters(int part)
    {
        // The buffer's end falls into each byte of a character, and between a carriage return and its line feed.
        for (var shift = 0; shift < 5; shift++)
        {
            string[] expected = [new string('x', 65_531 + shift) + "ä\u4E00\U0001F600", new string('y', 65_528 - shift), "", "z"];
            Assert.Equal(expected, Lines(Encoding.UTF8.GetBytes(string.Join("\r\n", expected)), part));
        }
    }

    [Fact]
    public void WhatIsLeftOfALineCanBePassedOver()
    {
        using var lines = TextLines.Of(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 200_000) + "\r\nnext\n")), "memory");
        Assert.True(lines.NextLine());
        Assert.Equal(10, lines.Read(new char[10]));
        Assert.True(lines.NextLine());
        Assert.Equal(2, lines.Number);
        var part = new char[10];
        Assert.Equal("next", part.AsSpan(0, lines.Read(part)).ToString());
        Assert.Equal(0, lines.Read(part));
        Assert.False(lines.NextLine());
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 10, 0xC3, 10 }, "line 2")]
    [InlineData(new byte[] { 0xE4, 0xB8 }, "line 1")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "UTF-16")]
    public void WhatIsNotUtf8IsRefused(byte[] content, string said)
    {
        var error = Assert.Throws<FathomException>(() => Lines(content, 64));
        Assert.StartsWith("memory: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsGzip()
    {
        var path = Path.Combine(Path.GetTempPath(), $"fathom-lines-{Guid.NewGuid():N}.txt.gz");
        try
        {
            using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
                gzip.Write("one\n\ntwo\n"u8);
            using var lines = TextLines.Open(path);
            var found = 0;
            while (lines.NextLine())
                found++;
            Assert.Equal(3, found);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<FathomException>(() => TextLines.Open(path));
    }

    private static List<string> Lines(byte[] content, int part)
    {
        using var lines = TextLines.Of(new MemoryStream(content), "memory");
        var result = new List<string>();
        var units = new char[part];
        while (lines.NextLine())
        {
            var line = new StringBuilder();
            for (int length; (length = lines.Read(units)) > 0;)
            {
                Assert.False(char.IsHighSurrogate(units[length - 1]));
                line.Append(units, 0, length);
            }

            result.Add(line.ToString());
            Assert.Equal(result.Count, lines.Number);
        }

        return result;
    }
}
