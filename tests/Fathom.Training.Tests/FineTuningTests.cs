using System.Text;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;
using Fathom.Tokenizers;
using Fathom.Training.Recipes;

namespace Fathom.Training.Tests;

/// <summary>What LLM-OOD's generative fine-tuning needs: masks, cuts, schedule, label accuracy by generation.</summary>
public sealed class FineTuningTests : IDisposable
{
    private const string Words = """
        {"version":"1.0","truncation":null,"padding":null,"normalizer":null,"decoder":null,
         "added_tokens":[{"id":1,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
                         {"id":2,"content":"</s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
         "pre_tokenizer":{"type":"Whitespace"},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],
           "special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}},
         "model":{"type":"WordLevel","vocab":{"<unk>":0,"<s>":1,"</s>":2,"in":5,"words":6,"out":7,"due":8,"bill":9,"more":10},"unk_token":"<unk>"}}
        """;

    private static readonly JsonNode Expected = JsonNode.Parse(File.ReadAllText(SharedFolder.Golden("insight/ood.json")))!["label_mask"]!;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void TheLabelAndTheEndTokenAloneAreTargets()
    {
        var encoder = Encoder(64);
        var row = Row("words", "due bill");
        Assert.Equal(Numbers("prompt_ids"), encoder.Split(row, "file").Prompt);
        var sample = Assert.Single(encoder.Encode([row], "file"));
        Assert.Equal(Numbers("full_ids_with_label_and_eos"), sample.Ids);
        var batch = TokenBatch.Of([sample.Ids], [sample.LearnFrom]);

        // The golden labels stand at their own tokens, a batch's targets one place earlier.
        Assert.Equal(Numbers("labels").Skip(1).Append(-100).Select(label => label == -100 ? -1 : label), batch.Targets);
    }

    [Fact]
    public void TheScheduleIsThePapers()
    {
        var golden = Expected["lr_schedule"]!;
        var steps = (int)golden["total_steps"]!;
        var warmUp = new ScheduleRecipe { WarmUpShare = (double)golden["warmup_ratio"]! }.WarmUpOf(steps);
        Assert.Equal((int)golden["warmup_steps"]!, warmUp);
        var schedule = new Schedule(ScheduleKind.Linear, (double)golden["lr_base"]!, steps, warmUp);
        foreach (var (step, rate) in golden["lr_at_step"]!.AsObject()) Assert.Equal((double)rate!, schedule.Rate(int.Parse(step)), 1e-18);
        Assert.Equal(29, new ScheduleRecipe { WarmUpShare = 0.29 }.WarmUpOf(100));
        Assert.Equal(3, new ScheduleRecipe { WarmUp = 3 }.WarmUpOf(100));
    }

    [Fact]
    public void TheTextIsCutAndNeverWhatStandsAroundIt()
    {
        var encoder = Encoder(8);
        var sample = Assert.Single(encoder.Encode([Row("words more more more more", "due bill")], "file"));
        Assert.Equal([1, 5, 6, 10, 10, 7, 8, 9], sample.Ids);
        Assert.Equal((6, 1), (sample.LearnFrom, encoder.Truncated));

        // At the limit there is no room for the end token, and nothing is cut.
        var whole = Encoder(7);
        Assert.Equal([1, 5, 6, 10, 7, 8, 9], Assert.Single(whole.Encode([Row("words more", "due bill")], "file")).Ids);
        Assert.Equal(0, whole.Truncated);
        Refused(Encoder(5), Row("words more", "due bill"), "line 1", "'due bill'", "5 tokens", "max_length");
        Refused(Encoder(64), Row("  ", "due bill"), "line 1", "no text");
        Assert.Contains("{text}", Assert.Throws<FathomException>(() => Encoder(5, "in {other} out {label}").Encode([Row("words words words words", "bill")], "file")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void LabelAccuracyIsThatOfPlainGeneration(int mostTokens)
    {
        using var device = new AutogradDevice(1);
        using var model = TinyRun.Model(device);
        var random = new CounterRandom(4);
        string Decode(int[] ids) => string.Concat(ids.Select(id => id == 7 ? " " : id < 10 ? "" : $"<{id}>"));
        int[] ends = [3, 4];
        var problems = new List<LabelProblem>();
        var (right, partly) = (0, 0);
        for (var i = 0; i < 120; i++)
        {
            int[] prompt = [.. Enumerable.Range(0, 2 + i % 5).Select(_ => random.NextInt32(40))];
            var generated = Generate(model, prompt, mostTokens, ends);
            int[] answer = (i % 4) switch
            {
                0 => [.. generated],
                1 => [.. generated, 12],
                2 => [.. generated.SkipLast(1)],
                _ => [.. generated.Take(1), 11],
            };
            var problem = new LabelProblem(prompt, answer, Decode(answer).Trim());
            problems.Add(problem);
            var isRight = Decode(generated).Trim() == problem.Label;
            right += isRight ? 1 : 0;
            partly += !isRight && Decode(generated).StartsWith(problem.Label, StringComparison.Ordinal) ? 1 : 0;
        }

        using var moment = new TrainingMoment(model, 0, _folder["moment"], null, default);
        Assert.Equal((double)right / problems.Count, new GeneratedLabelAccuracy(problems, Decode, ends, mostTokens, 64).Measure(moment)["label_accuracy"]);
        Assert.InRange(right, 20, 110);
        Assert.True(partly > 3, $"only {partly} outputs begin as their label does");
    }

    [Fact]
    public void ItStopsAfterEnoughWorsePassesButNotEarly()
    {
        // Six steps a pass; best at passes 2 and 4 (equal), then worse.
        var script = new[] { 0.2, 0.6, 0.5, 0.6, 0.5, 0.4, 0.55, 0.5, 0.5, 0.5 };
        TrainingOutcome Run(string name, Ties ties, int notBefore) => TinyRun.Run(_folder[name], options => options with
        {
            Schedule = options.Schedule with { Steps = 60 },
            EvaluateEvery = 0,
            EvaluateEveryEpoch = true,
            Evaluations = [new Prepared(script)],
            EarlyStop = new EarlyStop(3, NotBeforeEpoch: notBefore),
            Ties = ties,
            FinishWithBest = true,
        });
        var last = Run("last", Ties.Last, 0);
        Assert.Equal((7 * 6, 4 * 6, 0.6, true), (last.Steps, last.BestStep, last.BestValue!.Value, last.EndedEarly));
        Assert.Equal((9 * 6, 4 * 6), (Run("late", Ties.Last, 9).Steps, Run("late", Ties.Last, 9).BestStep));
        var first = Run("first", Ties.First, 0);
        Assert.Equal((5 * 6, 2 * 6), (first.Steps, first.BestStep));
        Assert.Equal(File.ReadAllBytes(_folder["last/checkpoints/step-000024/model.safetensors"]), File.ReadAllBytes(_folder["last/model/model.safetensors"]));
    }

    [Theory]
    [InlineData("llama-gqa-tied")]
    [InlineData("llama-dynamic-rope")]
    public void ASharedBeginningChangesRoundingAlone(string folder)
    {
        int[][] sequences = [[1, 5, 9, 7, 20, 21, 2], [1, 5, 9, 8, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 2], [1, 5, 9, 7, 2], [1, 5, 9, 4]];
        int[] learnFrom = [5, 19, 4, 3];
        (double Loss, float[] Gradient, int Rows) Run(bool share)
        {
            using var device = new AutogradDevice(1);
            using var model = TrainableModel.Load(Golden.Folder(folder), device);
            var taken = TokenBatch.Of(sequences, learnFrom, share);
            var loss = Accumulation.Run(model, new CausalLanguageModelling(), [taken]);
            return (loss, [.. model.Parameters.Values.SelectMany(variable => variable.Gradient.ToArray())], taken.Ids.Length);
        }

        var (apart, shared) = (Run(false), Run(true));
        Assert.Equal((37, 37 - 3 * 2), (apart.Rows, shared.Rows));
        Assert.Equal(apart.Loss, shared.Loss);
        var bound = 2e-6 * apart.Gradient.Max(Math.Abs);
        for (var i = 0; i < apart.Gradient.Length; i++) Assert.InRange(shared.Gradient[i], apart.Gradient[i] - bound, apart.Gradient[i] + bound);

        // Nothing is shared from which something is predicted, and no sequence is left without a row.
        Assert.Equal(0, TokenBatch.Of([[1, 2, 3], [1, 2, 4]], [1, 2], share: true).Shared);
        Assert.Equal(1, TokenBatch.Of([[1, 2, 3], [1, 2, 4]], [2, 3], share: true).Shared);
        Assert.Equal(1, TokenBatch.Of([[1, 2], [1, 2]], [9, 9], share: true).Shared);
        var batch = TokenBatch.Of([[1, 2, 3], [1, 5, 6, 7]], [2, 2], share: true);
        Assert.Equal([1, 2, 3, 5, 6, 7], batch.Ids);
        Assert.Equal([-1, 3, -1, 6, 7, -1], batch.Targets);
        Assert.Equal([-1, 3, -1, -1, 6, 7, -1], batch.Apart().Targets);
    }

    [Fact]
    public void AnAdapterAloneMayBeStored()
    {
        Assert.Null(TinyRun.Run(_folder["run"], options => options with { SaveMerged = false }, adapter: true).ModelFolder);
        Assert.True(File.Exists(_folder["run/adapter/adapter_model.safetensors"]));
        Assert.False(Directory.Exists(_folder["run/model"]));
    }

    public void Dispose() => _folder.Dispose();

    private static SampleEncoder Encoder(int maxLength, string template = "in {text} out {label}") => new(Tokenizer.FromJson(Encoding.UTF8.GetBytes(Words)), SampleTemplate.Parse(template), LearnFrom.Answer, maxLength, 2, Cut.Text);

    private static DataRow Row(string text, string label) =>
        new(0, 1, new Dictionary<string, DataValue> { ["text"] = new(text), ["other"] = new(text), ["label"] = new(label) }, text, label, null);

    private static int[] Numbers(string name) => [.. Expected[name]!.AsArray().Select(number => (int)number!)];

    private static void Refused(SampleEncoder encoder, DataRow row, params string[] parts)
    {
        var message = Assert.Throws<FathomException>(() => encoder.Encode([row], "file")).Message;
        foreach (var part in parts) Assert.Contains(part, message, StringComparison.Ordinal);
    }

    private static int[] Generate(TrainableModel model, int[] prompt, int most, int[] ends)
    {
        var written = new List<int>();
        while (written.Count < most)
        {
            using var tape = new Tape(model.Device, training: false);
            var logits = tape.Linear(model.Forward(tape, TokenBatch.Of([[.. prompt, .. written]])), model.Head);
            var row = logits.Values[^logits.Width..].ToArray();
            var token = Array.IndexOf(row, row.Max());
            if (ends.Contains(token)) break;
            written.Add(token);
        }

        return [.. written];
    }

    /// <summary>Gives prepared values, more being better.</summary>
    private sealed class Prepared(double[] values) : IEvaluation
    {
        private int _next;

        public IReadOnlyDictionary<string, bool> Metrics => new Dictionary<string, bool> { ["prepared"] = true };

        public IReadOnlyDictionary<string, double> Measure(TrainingMoment moment) => new Dictionary<string, double> { ["prepared"] = values[_next++] };
    }
}
