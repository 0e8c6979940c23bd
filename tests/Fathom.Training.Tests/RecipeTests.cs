using Fathom.Training.Recipes;

namespace Fathom.Training.Tests;

public sealed class RecipeTests : IDisposable
{
    private const string Small = """
        model: {path: folder}
        data:
          train: file.jsonl
          learn_from: answer
        optimiser:
          rate: 2e-4
          betas: [0.8, 0.95]
        epochs: 2
        """;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Files => [.. Directory.GetFiles(RecipeFolder(), "*.yaml").Where(path => !File.ReadLines(path).Any(line => line.StartsWith("experiment:", StringComparison.Ordinal))).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryRecipeOfTheRepositoryIsWhole(string name)
    {
        var path = Path.Combine(RecipeFolder(), name);
        _ = Recipe.Load(path);
        Assert.Contains($"fathom train recipes/{name}", string.Join('\n', File.ReadLines(path).TakeWhile(line => line.StartsWith('#'))), StringComparison.Ordinal);
    }

    [Fact]
    public void ValuesDefaultsAndSettings()
    {
        var recipe = Recipe.Load(_folder.Write("r.yaml", Small), ["optimiser.rate=0.5", "early_stop.patience=7", "adapter={rank: 4, targets: [q_proj]}", "seed=9"]);
        Assert.Equal("folder", recipe.Model.Path);
        Assert.Equal(LearnFrom.Answer, recipe.Data.LearnFrom);
        Assert.Equal((0.5, 9, 2), (recipe.Optimiser.Rate, recipe.Seed, recipe.Epochs));
        Assert.Equal([0.8, 0.95], recipe.Optimiser.Betas);
        Assert.Equal(7, recipe.EarlyStop!.Patience);
        Assert.Equal((4, 16.0), (recipe.Adapter!.Rank, recipe.Adapter.Alpha));
        Assert.Equal(["q_proj"], recipe.Adapter.Targets);
        var json = recipe.ToJson();
        Assert.Equal("answer", (string?)json["data"]!["learn_from"]);
        Assert.Equal(0.5, (double)json["optimiser"]!["rate"]!);
    }

    [Fact]
    public void AModelFromScratchKeepsItsKeysAsJson()
    {
        var recipe = Recipe.Load(_folder.Write("s.yaml", """
            model:
              from_scratch: {hidden_size: 8, rope_theta: 1e4, tie_word_embeddings: true, model_type: llama, rope_scaling: {rope_type: linear, factor: 2.0}, name: "5"}
              tokenizer: {train: {vocabulary: 300}}
            data: {generator: {count: 5}}
            steps: 1
            """));
        Assert.Equal("""{"hidden_size":8,"rope_theta":10000,"tie_word_embeddings":true,"model_type":"llama","rope_scaling":{"rope_type":"linear","factor":2},"name":"5"}""", recipe.Model.FromScratch!.ToJsonString());
    }

    [Theory]
    [InlineData("optimizer: {rate: 1}", "line 9: optimizer is not a known key; the nearest is 'optimiser'")]
    [InlineData("batch: {sequence: 1}", "line 9: batch.sequence is not a known key; the nearest is 'sequences'")]
    [InlineData("zzzzzzzz: 1", "known are adapter, batch")]
    [InlineData("steps: many", "line 9: steps is 'many', a whole number was expected")]
    [InlineData("steps: '5'", "steps is '5', a whole number")]
    [InlineData("steps: 2.5", "a whole number")]
    [InlineData("clip: [1]", "clip is a list, a number was expected")]
    [InlineData("objective: guessing", "one of causal_language_modelling, classification")]
    [InlineData("batch: 5", "batch is '5', a mapping")]
    [InlineData("seed:", "seed has no value")]
    [InlineData("steps: 5", "one of epochs and steps")]
    [InlineData("clip: -1", "clip is -1")]
    [InlineData("schedule: {floor: 2}", "schedule.floor is 2")]
    [InlineData("batch: {sequences: 1, tokens: 5}", "give one of them")]
    [InlineData("evaluate: {metrics: [bleu]}", "evaluate.metrics[0] is 'bleu', one of loss, accuracy")]
    [InlineData("epochs: 3", "line 9")]
    [InlineData("a: b: c", "line 9")]
    public void AWrongLineIsNamed(string line, string part)
    {
        var path = _folder.Write("wrong.yaml", Small + "\n" + line + "\n");
        var error = Assert.Throws<FathomException>(() => Recipe.Load(path)).Message;
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.StartsWith(path, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("# nothing\n", "is empty")]
    [InlineData("model: {from_scratch: &a {hidden_size: *a}}", "line 1: is an alias")]
    [InlineData("a: &a [1, 1]\nb: [*a, *a]", "line 2: is an alias")]
    public void AFileThatIsNoRecipeIsRefused(string text, string part) =>
        Assert.Contains(part, Assert.Throws<FathomException>(() => Recipe.Load(_folder.Write("none.yaml", text))).Message, StringComparison.Ordinal);

    [Fact]
    public void DeepNestingIsRefusedBeforeATreeIsMadeOfIt()
    {
        var deep = "model: {from_scratch: {a: " + new string('[', 100_000) + new string(']', 100_000) + "}}";
        Assert.Contains("nested deeper than", Assert.Throws<FathomException>(() => Recipe.Load(_folder.Write("deep.yaml", deep))).Message, StringComparison.Ordinal);
        Assert.Contains("nested deeper than", Assert.Throws<FathomException>(() => Recipe.Load(_folder.Write("r.yaml", Small), ["evaluate.metrics=" + new string('[', 1000)])).Message[^80..], StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderOrAnEmptyNameIsNoRecipe()
    {
        var folder = Path.GetDirectoryName(_folder.Write("r.yaml", Small))!;
        Assert.Contains("is a folder", Assert.Throws<FathomException>(() => Recipe.Load(folder)).Message, StringComparison.Ordinal);
        Assert.Contains("name is empty", Assert.Throws<FathomException>(() => Recipe.Load("")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epochs=null", "does not say how long to train")]
    [InlineData("steps=3", "--set: steps and epochs were both given")]
    [InlineData("optimiser.rate=0", "--set: optimiser.rate is 0")]
    [InlineData("optimiser.rate=.nan", "optimiser.rate is NaN")]
    [InlineData("optimiser.rat=1", "--set: optimiser.rat is not a known key; the nearest is 'rate'")]
    [InlineData("data.take.from=100", "data.take takes no rows")]
    [InlineData("model.path=null", "needs one of path")]
    [InlineData("seed", "expected KEY=VALUE")]
    [InlineData("seed=[", "not YAML")]
    public void AWrongSettingIsNamed(string setting, string part) =>
        Assert.Contains(part, Assert.Throws<FathomException>(() => Recipe.Load(_folder.Write("r.yaml", Small), [setting])).Message, StringComparison.Ordinal);

    [Fact]
    public void RowsAreTakenByTheirPlaceInThePeriod()
    {
        var fit = new TakeRecipe { Modulo = 100, Below = 60 };
        var rest = new TakeRecipe { Modulo = 100, From = 60 };
        Assert.Equal(360, Enumerable.Range(0, 600).Count(fit.Takes));
        Assert.All(Enumerable.Range(0, 600), row => Assert.NotEqual(fit.Takes(row), rest.Takes(row)));
    }

    public void Dispose() => _folder.Dispose();

    private static string RecipeFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, "recipes"))) return Path.Combine(at.FullName, "recipes");
        }

        throw new DirectoryNotFoundException("recipes");
    }
}
