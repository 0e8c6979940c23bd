using System.Globalization;
using System.Text.RegularExpressions;
using Fathom.Reasoning.WordProblems;

namespace Fathom.Reasoning.Tests;

public partial class WordProblemGeneratorTests
{
    public static TheoryData<int, int, int, WordingStyle> Kinds => new()
    {
        { 1, 2, 50, WordingStyle.Usual },
        { 1, 1, 20, WordingStyle.HeldOut },
        { 1, 2, 900, WordingStyle.Usual },
        { 4, 4, 60, WordingStyle.Usual },
        { 2, 2, 99, WordingStyle.HeldOut },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryStepOfTheWorkedAnswerIsTrueAndTheLastIsTheAnswer(int minSteps, int maxSteps, int maxNumber, WordingStyle style)
    {
        var generator = new WordProblemGenerator(new WordProblemOptions { Seed = 7, MinSteps = minSteps, MaxSteps = maxSteps, MaxNumber = maxNumber, Style = style });
        for (var i = 0; i < 500; i++)
        {
            var problem = generator.Generate(i);
            Assert.DoesNotContain('{', problem.Question);
            var steps = Equation().Matches(problem.Solution);
            Assert.Equal(problem.Steps, steps.Count);
            Assert.InRange(problem.Steps, minSteps, maxSteps);
            foreach (Match step in steps)
            {
                var (a, b, r) = (Number(step, 1), Number(step, 3), Number(step, 4));
                Assert.Equal(r, step.Groups[2].Value switch { "+" => a + b, "-" => a - b, "*" => a * b, _ => a / b });
                Assert.True(step.Groups[2].Value != "/" || a % b == 0);
                Assert.True(r >= 1);
            }

            Assert.Equal(problem.Answer, Number(steps[^1], 4));
            Assert.EndsWith($"The answer is {problem.Answer}.", problem.Solution, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EveryNumberOfTheWorkingStandsInTheQuestionOrCameOutOfAStepBefore()
    {
        var generator = new WordProblemGenerator(new WordProblemOptions { Seed = 3, MaxSteps = 4 });
        for (var i = 0; i < 1000; i++)
        {
            var problem = generator.Generate(i);
            var known = Numbers().Matches(problem.Question).Select(m => m.Value).ToHashSet();
            foreach (Match step in Equation().Matches(problem.Solution))
            {
                Assert.Contains(step.Groups[1].Value, known);
                Assert.Contains(step.Groups[3].Value, known);
                known.Add(step.Groups[4].Value);
            }
        }
    }

    [Fact]
    public void AProblemDependsOnSeedAndIndexOnly()
    {
        var options = new WordProblemOptions { Seed = 11 };
        var forward = Enumerable.Range(0, 50).Select(i => new WordProblemGenerator(options).Generate(i)).ToList();
        var one = new WordProblemGenerator(options);
        Assert.Equal(forward, Enumerable.Range(0, 50).Reverse().Select(i => one.Generate(i)).Reverse());
        Assert.NotEqual(forward, Enumerable.Range(0, 50).Select(i => new WordProblemGenerator(options with { Seed = 12 }).Generate(i)));
    }

    [Fact]
    public void NoHeldOutWorkingIsEverTaughtAndATenthIsHeldOut()
    {
        var taught = Solutions(new WordProblemOptions { Seed = 1, Part = WordProblemPart.Training }, 20_000);
        var heldOut = Solutions(new WordProblemOptions { Seed = 2, Part = WordProblemPart.HeldOut }, 2_000);
        Assert.Empty(taught.Intersect(heldOut));
        var all = Solutions(new WordProblemOptions { Seed = 3 }, 5_000);
        Assert.InRange(all.Count(heldOut.Contains) / (double)all.Count, 0.03, 0.13);

        static HashSet<string> Solutions(WordProblemOptions options, int count)
        {
            var generator = new WordProblemGenerator(options);
            return [.. Enumerable.Range(0, count).Select(i => generator.Generate(i).Solution)];
        }
    }

    [Fact]
    public void ProblemsVary()
    {
        var generator = new WordProblemGenerator(new WordProblemOptions());
        var problems = Enumerable.Range(0, 2000).Select(i => generator.Generate(i)).ToList();
        Assert.True(problems.Select(p => p.Question).Distinct().Count() > 1990);
        Assert.Equal(9, problems.Select(p => p.Family).Distinct().Count());
    }

    [Theory]
    [InlineData(0, 2, 50)]
    [InlineData(2, 1, 50)]
    [InlineData(1, 9, 50)]
    [InlineData(1, 2, 5)]
    public void OptionsThatExcludeEveryProblemAreRefused(int minSteps, int maxSteps, int maxNumber) =>
        Assert.Throws<FathomException>(() => new WordProblemGenerator(new WordProblemOptions { MinSteps = minSteps, MaxSteps = maxSteps, MaxNumber = maxNumber }));

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<1>\d+) (?<2>[-+*/]) (?<3>\d+) = (?<4>\d+)\.", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Equation();

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();
}
