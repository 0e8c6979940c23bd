namespace Fathom.Tensors.Tests;

public class FathomExceptionTests
{
    [Fact]
    public void AMessageIsOneLineWhateverAFileSays()
    {
        Assert.Equal(@"merge 765 is 'de\nfx' \r\t\u001b[31m \u0085 \u2028", new FathomException("merge 765 is 'de\nfx' \r\t\u001b[31m \u0085 \u2028").Message);
        Assert.Equal("größer – as it is", new FathomException("größer – as it is", new FormatException()).Message);
    }

    [Fact]
    public void AMessageKeepsItsBeginningAndEndHoweverLongWhatItQuotes()
    {
        var message = new FathomException($"f.json: '{new string('x', 100_000)}' is no name; rename it").Message;
        Assert.InRange(message.Length, 1000, 1300);
        Assert.StartsWith("f.json: 'xxx", message, StringComparison.Ordinal);
        Assert.EndsWith("is no name; rename it", message, StringComparison.Ordinal);
    }
}
