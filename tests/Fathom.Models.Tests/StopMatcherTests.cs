using Fathom.Models.Generation;

namespace Fathom.Models.Tests;

public sealed class StopMatcherTests
{
    [Theory]
    [InlineData("one two STOP three", "STOP", "one two ")]
    [InlineData("aaab", "aab", "a")]
    [InlineData("no end here", "STOP", "no end here")]
    [InlineData("STO", "STOP", "STO")]
    public void Text_ends_before_the_stop_however_it_comes(string text, string stop, string expected)
    {
        for (var piece = 1; piece <= text.Length; piece++)
        {
            var matcher = new StopMatcher([stop, "never"]);
            var result = "";
            for (var i = 0; i < text.Length; i += piece)
            {
                result += matcher.Append(text.Substring(i, Math.Min(piece, text.Length - i)));
                Assert.StartsWith(result, expected, StringComparison.Ordinal);
            }

            Assert.Equal(expected, result + matcher.Flush());
            Assert.Equal(text.Contains(stop, StringComparison.Ordinal), matcher.Stopped);
        }
    }
}
