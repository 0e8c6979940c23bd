using System.Buffers;
using Fathom.Formats;
using Fathom.Formats.Hub;
using Fathom.Insight.Detection;
using Fathom.Models;
using Fathom.Models.Adapters;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.Sentences;
using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Generation;
using Fathom.Models.Tracing;
using Fathom.Reports;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;
using Fathom.Tokenizers;
using Fathom.Tokenizers.ChatTemplates;
using Fathom.Training;

namespace Fathom.EndToEnd.Tests.Documentation;

/// <summary>
/// The C# of the pages under docs, word for word, so that it compiles; it is never run here. What a page leaves to its reader (a batch, a
/// trace) is a parameter. <see cref="DocumentationTests"/> sees that nothing is missing.
/// </summary>
internal static class DocumentationSamples
{
    private static void Adapters1()
    {
        using var device = new AutogradDevice();
        using var model = TrainableModel.Load("model-folder", device);      // Hugging Face layout or GGUF
        var adapter = model.AddAdapter("mine", new LoraOptions { TargetModules = ["q_proj", "v_proj"], Rank = 8, Alpha = 16 }, seed: 1);
        using var optimiser = new AdamW(device, [new ParameterGroup([.. model.Trainable.Values])]);
        // … Accumulation.Run, optimiser.Step …
        adapter.Save("adapter-folder");
    }

    private static void ChatTemplates1(string source)
    {
        var template = ChatTemplate.Parse(source, name: "SmolLM2");            // name: what errors call it
        var rendered = template.Render(new ChatTemplateInput(ChatTemplateInput.MessagesFrom(("user", "Hi, who are you?")))
        {
            AddGenerationPrompt = true,
            SpecialTokens = new Dictionary<string, string> { ["bos_token"] = "<|endoftext|>", ["eos_token"] = "<|im_end|>" },
        });
        string text = rendered.Text;                                           // special tokens are already in it
    }

    private static void Detectors1(TraceOrigin origin, IReadOnlyList<Trace> traces, IReadOnlyList<Trace> heldOut, string modelFingerprint, Trace trace)
    {
        var options = new CalibrationOptions { Rule = ThresholdRule.Conformal, TextCharacters = 160 };
        var detectors = DetectorFitter.FitCalibrated(DetectorRegistry.Parse("tv,msp,cosine"), origin, traces, options, new CalibrationData { HeldOut = heldOut });
        detectors.WithLead("cosine").Save("guard.fathom");

        // In the application:
        var guard = FittedDetectorSet.Load("guard.fathom");
        guard.EnsureModel(modelFingerprint);
        Verdict verdict = guard.Judge(trace);

        Console.WriteLine($"{verdict.Detector}: {verdict.Score}, outside: {verdict.IsOutside}, p-value: {verdict.PValue}");
        foreach (var (name, score) in guard.Score(trace))
        {
            Console.WriteLine($"{name} {score} {guard.PValue(name, score)} {(guard.IsOutside(name, score) ? "outside" : "inside")}");
        }

        Explanation why = guard["tv0"].Explain(trace);
        IReadOnlyList<Neighbour> nearest = guard.Nearest(trace);
    }

    private static void Encoders1()
    {
        using var encoder = TextEncoder.Load("path/to/deberta-v3-nli");
        var pair = encoder.Tokenizer.EncodeFull("A man plays a guitar.", "Somebody makes music.");
        var output = encoder.Encode(new EncoderInput(pair.Ids, pair.TypeIds), EncoderParts.Logits);
        Console.WriteLine(string.Join(", ", encoder.Config.Labels.Zip(output.Logits)));
    }

    private static void Encoders2()
    {
        using var embedder = SentenceEmbedder.Load("path/to/all-MiniLM-L6-v2");
        var vectors = embedder.Embed(["The capital of France is Paris.", "Paris is France's capital city."]);
    }

    private static void Encoders3()
    {
        using var model = TextToTextModel.Load("path/to/flan-t5-small");
        Console.WriteLine(model.Generate("translate English to German: How old are you?", new GenerationOptions { MaxNewTokens = 40 }).Text);
    }

    private static void Encoders4(EncoderInput[] inputs, int[] labels)
    {
        using var device = new AutogradDevice();
        using var encoder = TrainableEncoder.LoadClassifier("path/to/encoder", device, ["no", "yes"]);
        encoder.AddAdapter("default", new LoraOptions { TargetModules = ["query", "value"] });
        using var optimiser = new AdamW(device, [new ParameterGroup([.. encoder.Trainable.Values], WeightDecay: 0.01)]);
        using var tape = new Tape(device);
        var loss = encoder.ClassificationLoss(tape, inputs, labels);
        tape.Backward(loss);
        optimiser.Step(2e-5);
    }

    private static void Formats1()
    {
        using var weights = WeightsFolder.Open("models/smollm2");      // model.safetensors, or the shards of its index; else pytorch_model.bin
        using var single = SafetensorsFile.Open("adapter.safetensors");
        using var gguf = GgufFile.Open("model.Q4_K_M.gguf");

        StoredTensor embedding = gguf.GetTensor("token_embd.weight");  // shape [49152, 576]: row-major, GGUF's order reversed
        long layers = gguf.Metadata.Int64("llama.block_count");
        string[] vocabulary = gguf.Metadata.Array("tokenizer.ggml.tokens").ToStrings();
    }

    private static void Formats2()
    {
        SafetensorsWriter.Save("scores.safetensors", new TensorBundle()
            .Add("scores", new float[6], 2, 3)
            .Add("ids", new long[] { 1, 2 }));
    }

    private static void Formats3(byte[] bytes)
    {
        var metadata = new GgufMetadataBuilder().Add("general.architecture", "llama").Add("llama.block_count", 30);
        using var writer = GgufWriter.Create("model.gguf", metadata, [new GgufEntry("output_norm.weight", DType.F32, [576])]);
        writer.Write(bytes);
        writer.Complete();
    }

    private static void Formats4()
    {
        foreach (var row in DataSet.Read("questions.jsonl", new DataOptions { TextField = "question", Limit = 200 }))
            Console.WriteLine($"{row.LineNumber}: {row.Text} -> {row.Answer}");
    }

    private static void Formats5(byte[] result)
    {
        var settings = new Dictionary<string, string> { ["model"] = "sha256:…", ["seed"] = "7" };
        using var log = RecordLog.Open("run/samples.log", settings, record => Restore(record));
        log.Append(result);
        log.Sync();     // now and then, against power cuts; a killed process loses nothing anyway
    }

    private static async Task Hub1()
    {
        var settings = HubSettings.FromEnvironment();
        var pulled = await new HubPuller(settings).PullAsync(HubModelName.Parse("org/name@main"));
        using var model = LanguageModel.Load(pulled.Folder);

        string folder = new HubCache(settings.CacheFolder).Find(HubModelName.Parse("org/name"));   // offline
    }

    private static void Models1()
    {
        using var model = LanguageModel.Load("path/to/model");
        var result = model.Generate("The capital of France is", new GenerationOptions { MaxNewTokens = 20 });
        Console.WriteLine(result.Text);
    }

    private static async Task Reports1()
    {
        var report = new EvaluationReport
        {
            Title = "Which questions lie outside what the model knows?",
            Summary = "tv2 tells ten other sets apart with a mean AUROC of 0.78.",
            Progress = new ReportProgress(Done: 740, Total: 2600, ReportState.Running, Activity: "generating answers for GSM8K"),
            InDistributionName = "MultiArith",
            Results = [new ResultRow("tv2", "GSM8K", 200, 200, new Estimate(0.87, 0.83, 0.91), new Estimate(0.36, 0.30, 0.43), 0.88, 0.86)],
        };
        await ReportRenderer.WriteAsync("results/report.html", report);
    }

    private static void Tokenizers1()
    {
        var tokenizer = Tokenizer.Load("models/SmolLM2-135M-Instruct");      // a folder or a file
        int[] ids = tokenizer.Encode("The quick brown fox.");                 // BOS and EOS as the files ask
        string text = tokenizer.Decode(ids);                                  // special tokens left out
        int count = tokenizer.CountTokens("How many tokens?");                // allocates nothing

        TokenEncoding full = tokenizer.EncodeFull("first text", "second text");
        // full.Ids, .Tokens, .Offsets (UTF-16: indices of the string), .WordIds, .TypeIds, .SequenceIds, .SpecialTokensMask, .AttentionMask, .Overflowing
        // full.OffsetsInCodePoints(text) for the offsets Python shows

        var stream = tokenizer.CreateStream();                                // for generation: never half a character
        foreach (var id in ids) Console.Write(stream.Append(id));
        Console.Write(stream.Flush());
    }

    private static void Tokenizers2(Tokenizer tokenizer, string text, int[] ids, int[] buffer, char[] chars, TextReader reader, char[] part, int length, Action<ReadOnlySpan<int>> Take)
    {
        // What fits in a budget of tokens, from the start or from the end; never half a character.
        string start = text[..tokenizer.GetIndexByTokenCount(text, 100, out int count)];
        string end = text[tokenizer.GetIndexByTokenCountFromEnd(text, 100, out count)..];

        // Into buffers of yours, without allocating.
        int written = tokenizer.Encode(text, buffer);                        // more than buffer.Length: nothing was written, this much is needed
        OperationStatus status = tokenizer.Decode(ids, chars, out int idsConsumed, out int charsWritten);

        // A text that comes in parts, be it of gigabytes: the ids of the whole.
        var encoder = tokenizer.CreateEncoder();
        while ((length = reader.Read(part)) > 0)
            Take(encoder.Append(part.AsSpan(0, length)));
        Take(encoder.Finish());
    }

    private static void Training1(int[][] sequences)
    {
        using var device = new AutogradDevice();
        using var model = TrainableModel.Load("model-folder", device);
        using var optimiser = new AdamW(device, ParameterGroup.DecayOnMatrices(model.Parameters.Values, 0.01));
        var schedule = new Schedule(ScheduleKind.Cosine, Peak: 3e-4, Steps: 100, WarmUp: 10);
        for (var step = 0; step < schedule.Steps; step++)
        {
            var batch = TokenBatch.Of(sequences);                       // int[] of token ids each
            var loss = Accumulation.Run(model, new CausalLanguageModelling(), [batch]);
            GradientClipping.Clip(model.Parameters.Values, 1.0);
            optimiser.Step(schedule.Rate(step));
        }
    }

    private static void Training2(TrainableModel model, IBatchSource<TokenBatch> batches, AdamW optimiser, IReadOnlyList<TokenBatch> heldOut, CancellationToken cancellation)
    {
        var trainer = new Trainer<TokenBatch>(model, new CausalLanguageModelling(), batches, optimiser, new TrainerOptions
        {
            Folder = "runs/mine",
            Schedule = new Schedule(ScheduleKind.Cosine, Peak: 3e-4, Steps: 1000, WarmUp: 50),
            Clip = 1.0,
            CheckpointEvery = 100,
            EvaluateEvery = 100,
            Evaluations = [new HeldOutLoss<TokenBatch>(new CausalLanguageModelling(), heldOut)],
            EarlyStop = new EarlyStop(Patience: 3),
        });
        var outcome = trainer.Run(cancellation);
    }

    private static void Restore(ReadOnlySpan<byte> record) => Assert.False(record.IsEmpty);
}
