using System.CommandLine;
using System.Globalization;

namespace Fathom.Cli.CommandLine;

/// <summary>Options whose value is a number in a range; anything else is a usage error that says the range.</summary>
internal static class Numbers
{
    /// <summary>A whole number at least <paramref name="least"/>.</summary>
    public static Option<int?> AtLeast(string name, int least, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least)
            {
                return value;
            }

            result.AddError($"{name} {text}: expected a whole number, at least {least}");
            return null;
        },
    };

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Option<double?> Between(string name, double least, double most, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            {
                return value;
            }

            var range = double.IsPositiveInfinity(most) ? $"at least {least}" : $"from {least} to {most}";
            result.AddError($"{name} {text}: expected a number {range}");
            return null;
        },
    };
}
