namespace Fathom.Tensors.Tests;

public class FathomExceptionTests
{
    [Fact]
    public void AMessageIsOneLineWhateverAFileSays()
    {
        Assert.Equal(@"merge 765 is 'de\nfx' \r\t\u001b[31m \u0085 \u2028", new FathomException("merge 765 is 'de\nfx' \r\t\u001b[31m \u0085 \u2028").Message);
        Assert.Equal("größer – as it is", new FathomException("größer – as it is", new FormatException()).Message);
    }
}
