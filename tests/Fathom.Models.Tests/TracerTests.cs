using Fathom.Models.Tracing;

namespace Fathom.Models.Tests;

public sealed class TracerTests
{
    [Fact]
    public void Pooled_states_are_the_means_of_whole_states()
    {
        using var model = TinyModels.Load("llama-gqa-tied");
        var prompt = Prompts.Ids(model, 1, 7);
        var trace = Run(model, new TracerOptions { Poolings = Enum.GetValues<Pooling>(), MaxNewTokens = 7, MaxPool = 5, StopAtEndTokens = false }, prompt);
        Assert.Equal(7, trace.OutputTokens.Length);
        var states = model.GetHiddenStates(prompt.Concat(trace.OutputTokens).ToArray()).Entries;
        AssertMean(states, trace, Pooling.PromptMean, Enumerable.Range(0, 7));
        AssertMean(states, trace, Pooling.PromptLast, [6]);
        AssertMean(states, trace, Pooling.OutputPredictive, Enumerable.Range(6, 5));
        AssertMean(states, trace, Pooling.OutputTokens, Enumerable.Range(7, 5));
        AssertMean(states, trace, Pooling.ReferenceCode, [0, 7, 8, 9, 10, 11]);
    }

    [Fact]
    public void The_last_token_is_fed_only_where_its_state_is_wanted()
    {
        using var model = TinyModels.Load("llama");
        var prompt = Prompts.Ids(model, 1, 7);
        var trace = Run(model, new TracerOptions { Poolings = [Pooling.OutputTokens], MaxNewTokens = 3, StopAtEndTokens = false }, prompt);
        var states = model.GetHiddenStates(prompt.Concat(trace.OutputTokens).ToArray()).Entries;
        AssertMean(states, trace, Pooling.OutputTokens, [7, 8, 9]);
    }

    [Fact]
    public void Traces_come_in_the_order_of_the_inputs_with_what_belongs_to_them()
    {
        using var model = TinyModels.Load("llama");
        var inputs = Enumerable.Range(0, 30).Select(i => new TraceInput { Index = 100 + i, Text = $"text {i}", Label = $"{i}", PromptTokens = Prompts.Ids(model, i, 1 + i * 13 % 29) }).ToArray();
        var tracer = new Tracer(model, new TracerOptions { MaxNewTokens = 12, Batch = new Generation.BatchOptions { BatchSize = 4 } });
        var traces = tracer.Run(inputs).ToArray();
        Assert.Equal(inputs.Select(input => (input.Index, input.Text, input.Label)), traces.Select(trace => (trace.Index, trace.Text, trace.Label)));
        Assert.All(traces.Zip(inputs), pair => Assert.Equal(pair.Second.PromptTokens, pair.First.PromptTokens));
        Assert.Equal(inputs.Sum(input => input.PromptTokens.Length), tracer.PromptTokens);
        Assert.Equal(traces.Sum(trace => trace.OutputTokens.Length), tracer.GeneratedTokens);
    }

    [Fact]
    public void Inputs_are_drawn_as_there_is_room()
    {
        using var model = TinyModels.Load("llama");
        var drawn = 0;
        IEnumerable<TraceInput> Source()
        {
            for (var i = 0; ; i++)
            {
                drawn++;
                yield return new TraceInput { Index = i, Text = "", PromptTokens = [5, 6] };
            }
        }

        var tracer = new Tracer(model, new TracerOptions { MaxNewTokens = 2, Batch = new Generation.BatchOptions { BatchSize = 3 } });
        Assert.Equal(10, tracer.Run(Source()).Take(10).Count());
        Assert.InRange(drawn, 10, 20);
    }

    [Fact]
    public void Too_few_steps_for_the_reference_pooling_name_the_sample()
    {
        using var model = TinyModels.Load("llama");
        Assert.Throws<FathomException>(() => new Tracer(model, new TracerOptions { Poolings = [Pooling.ReferenceCode], MaxNewTokens = 5 }));
        var failure = Assert.Throws<FathomException>(() => new Tracer(model).Run([new TraceInput { Index = 7, Text = "", PromptTokens = [] }]).ToArray());
        Assert.StartsWith("sample 7: ", failure.Message, StringComparison.Ordinal);
    }

    private static Trace Run(LanguageModel model, TracerOptions options, int[] prompt) =>
        new Tracer(model, options).Run([new TraceInput { Index = 0, Text = "", PromptTokens = prompt }]).Single();

    private static void AssertMean(float[][] states, Trace trace, Pooling pooling, IEnumerable<int> positions)
    {
        var pooled = trace.States[pooling];
        for (var entry = 0; entry < states.Length; entry++)
        {
            for (var i = 0; i < pooled.Width; i++)
            {
                var sum = 0.0;
                foreach (var position in positions) sum += states[entry][position * pooled.Width + i];
                Assert.Equal((float)(sum / positions.Count()), pooled[entry][i]);
            }
        }
    }
}
