using System.Globalization;
using System.Text;
using Fathom.Tensors;

namespace Fathom.Reasoning.WordProblems;

/// <summary>
/// Makes arithmetic word problems with worked answers, told in this project's own words. Problem i of a seed is made from a
/// random stream of its own, so any problem can be made without those before it, on any machine the same.
/// </summary>
public sealed class WordProblemGenerator
{
    private readonly WordProblemOptions _options;
    private readonly List<(WordingFamily Family, string Wording)> _wordings;

    /// <summary>Prepares a generator.</summary>
    /// <exception cref="FathomException">The options exclude every problem.</exception>
    public WordProblemGenerator(WordProblemOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _wordings = [.. from family in Wordings.Default.Families
                        where family.Steps.Length >= options.MinSteps && family.Steps.Length <= options.MaxSteps
                        from wording in options.Style == WordingStyle.Usual ? family.Wordings : family.HeldOut
                        select (family, wording)];
        if (_wordings.Count == 0)
        {
            throw new FathomException($"word problems: no {options.Style} wording has {options.MinSteps} to {options.MaxSteps} steps");
        }
    }

    /// <summary>Makes problem <paramref name="index"/> of the sequence.</summary>
    public WordProblem Generate(long index)
    {
        var random = new CounterRandom(_options.Seed, (ulong)index);
        var (family, wording) = _wordings[random.NextInt32(_wordings.Count)];
        Dictionary<string, int> numbers;
        do
        {
            numbers = Draw(family, random);
        }
        while (!Compute(family, numbers) || !InPart(Work(family, numbers)));

        var answer = numbers["r" + family.Steps.Length.ToString(CultureInfo.InvariantCulture)];
        var solution = string.Create(CultureInfo.InvariantCulture, $"{Work(family, numbers)}The answer is {answer}.");
        return new WordProblem(Tell(wording, numbers, random), solution, answer, family.Name, family.Steps.Length);
    }

    private Dictionary<string, int> Draw(WordingFamily family, CounterRandom random)
    {
        var numbers = new Dictionary<string, int>();
        foreach (var step in family.Steps)
        {
            var (left, operation, right) = Parse(step);
            var factors = operation == "*";
            if (left[0] != 'r')
            {
                numbers[left] = factors ? Between(random, 2, _options.MaxFactor) : Between(random, _options.MinNumber, _options.MaxNumber);
            }

            numbers[right] = factors || operation == "/" ? Between(random, 2, _options.MaxFactor) : Between(random, _options.MinNumber, _options.MaxNumber);
            if (operation == "/")
            {
                numbers[left] = numbers[right] * Between(random, 2, Math.Max(2, Math.Min(_options.MaxFactor, _options.MaxNumber / numbers[right])));
            }
        }

        return numbers;
    }

    private bool Compute(WordingFamily family, Dictionary<string, int> numbers)
    {
        for (var i = 0; i < family.Steps.Length; i++)
        {
            var (left, operation, right) = Parse(family.Steps[i]);
            var (a, b) = (numbers[left], numbers[right]);
            var result = operation switch { "+" => a + b, "-" => a - b, "*" => a * b, _ => a / b };
            if (result < 1 || result > Math.Max(_options.MaxNumber, _options.MaxFactor * _options.MaxFactor))
            {
                return false;
            }

            numbers["r" + (i + 1).ToString(CultureInfo.InvariantCulture)] = result;
        }

        return true;
    }

    // FNV-1a over the working: the same division on every machine, for every seed and wording.
    private bool InPart(string working)
    {
        if (_options.Part == WordProblemPart.All)
        {
            return true;
        }

        var hash = 2166136261u;
        foreach (var letter in working)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return (hash >> 8) % 10 == 0 == (_options.Part == WordProblemPart.HeldOut);
    }

    private static string Work(WordingFamily family, Dictionary<string, int> numbers)
    {
        var text = new StringBuilder();
        for (var i = 0; i < family.Steps.Length; i++)
        {
            var (left, operation, right) = Parse(family.Steps[i]);
            text.Append(CultureInfo.InvariantCulture, $"{numbers[left]} {operation} {numbers[right]} = {numbers["r" + (i + 1).ToString(CultureInfo.InvariantCulture)]}. ");
        }

        return text.ToString();
    }

    private static string Tell(string wording, Dictionary<string, int> numbers, CounterRandom random)
    {
        var words = Wordings.Default;
        var first = random.NextInt32(words.People.Length);
        var second = (first + 1 + random.NextInt32(words.People.Length - 1)) % words.People.Length;
        var item = words.Items[random.NextInt32(words.Items.Length)];
        var container = words.Containers[random.NextInt32(words.Containers.Length)];
        var female = words.People[first][1] == "she";
        var text = new StringBuilder(wording)
            .Replace("{n1}", words.People[first][0]).Replace("{n2}", words.People[second][0])
            .Replace("{items}", item).Replace("{container}", container[0]).Replace("{containers}", container[1])
            .Replace("{he1}", female ? "she" : "he").Replace("{He1}", female ? "She" : "He")
            .Replace("{him1}", female ? "her" : "him").Replace("{his1}", female ? "her" : "his");
        foreach (var (name, value) in numbers)
        {
            text.Replace("{" + name + "}", value.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static (string Left, string Operation, string Right) Parse(string step)
    {
        var parts = step.Split(' ');
        return (parts[0], parts[1], parts[2]);
    }

    private static int Between(CounterRandom random, int low, int high) => low + random.NextInt32(high - low + 1);
}
