using Fathom.Models.Adapters;
using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Models.Running;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// A decoder of the Llama family (Llama, Mistral) whose parameters are variables, by the names they have in the checkpoint.
/// A tied head is the embedding itself, so that both parts of its gradient meet there.
/// </summary>
public sealed class TrainableModel : IDisposable
{
    private readonly OrderedDictionary<string, Variable> _parameters;
    private readonly RopeTable _rope;
    private readonly DecoderPlan _plan;
    private readonly AdapterSet _adapters = new();

    private TrainableModel(AutogradDevice device, DecoderConfig config, OrderedDictionary<string, Variable> parameters)
    {
        (Device, Config, _parameters, _rope, _plan) = (device, config, parameters, new RopeTable(config.Rope), new DecoderPlan(config));
    }

    /// <summary>Where it computes; it belongs to the caller.</summary>
    public AutogradDevice Device { get; }

    /// <summary>
    /// Whether a training pass keeps only what goes from layer to layer and computes a layer's inside again on the way back: about a third
    /// more time for a fraction of the memory, and not a bit of difference.
    /// </summary>
    public bool ActivationCheckpointing { get; set; }

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config { get; private set; }

    /// <summary>Every parameter by its name in the checkpoint.</summary>
    public IReadOnlyDictionary<string, Variable> Parameters => _parameters;

    /// <summary>The output embeddings <c>[vocabulary, width]</c>: an active adapter's, the model's own, or the embedding's.</summary>
    /// <exception cref="FathomException">The model is a classifier.</exception>
    public Variable Head => Effective(_plan.Head);

    /// <summary>The class head <c>[labels, width]</c> of a classifier: an active adapter's or the model's own.</summary>
    /// <exception cref="FathomException">The model is not a classifier.</exception>
    public Variable Classifier => Config.IsClassifier ? Effective(ParameterShapes.ClassHead) : throw new FathomException("the model has no class head (score.weight): it predicts tokens, not classes");

    /// <summary>Name of the head, tied or not.</summary>
    internal string HeadName => _plan.Head;

    /// <summary>Name of the embedding table.</summary>
    internal string EmbeddingName => _plan.Embedding;

    /// <summary>The head without adapters.</summary>
    internal Variable BareHead => Config.IsClassifier
        ? throw new FathomException("the model is a classifier: it has no head that predicts tokens")
        : _parameters.GetValueOrDefault(_plan.Head) ?? _parameters[_plan.Embedding];

    /// <summary>
    /// What is taught, in a fixed order: every parameter, or where there are adapters the tensors of those that train, named
    /// <c>MODULE.lora_A.NAME.weight</c>, <c>MODULE.lora_B.NAME.weight</c> and <c>PARAMETER.NAME</c> with NAME the adapter's.
    /// </summary>
    public OrderedDictionary<string, Variable> Trainable
    {
        get
        {
            var trainable = new OrderedDictionary<string, Variable>(_adapters.All.Count == 0 ? _parameters : [], StringComparer.Ordinal);
            foreach (var adapter in _adapters.All.Values.Where(adapter => adapter.Trains))
            {
                foreach (var (name, variable) in adapter.Tensors) trainable.Add(adapter.NameInModel(name), variable);
            }

            return trainable;
        }
    }

    /// <summary>The adapters by name, active or not.</summary>
    public IReadOnlyDictionary<string, Adapter> Adapters => _adapters.All;

    /// <summary>Names of the adapters that take part in <see cref="Forward"/>; their updates are added in this order.</summary>
    public IReadOnlyList<string> ActiveAdapters => _adapters.Active;

    /// <summary>Reads a model, a folder in Hugging Face layout or a GGUF file; every parameter widened to fp32 and trainable.</summary>
    /// <exception cref="FathomException">There is no such model, its family cannot be trained, or weights and configuration do not fit.</exception>
    public static TrainableModel Load(string path, AutogradDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var files = ModelFiles.Open(path);
        using var weights = files.Weights;
        return new TrainableModel(device, files.Config, new CheckpointWeights(files).ReadAll(device));
    }

    /// <summary>
    /// Makes it a classifier of sequences: the head that predicts tokens gives way to one of <paramref name="labels"/>, drawn
    /// normal with spread 0.02 (transformers' initializer_range). Before any adapter is added.
    /// </summary>
    /// <param name="labels">Names of the classes, at least two.</param>
    /// <param name="seed">Seed of the head.</param>
    /// <param name="pooling">What the head reads.</param>
    /// <param name="endToken">Whether texts get the end token; the configuration says so to whoever classifies with it.</param>
    /// <exception cref="FathomException">Fewer than two names, one twice, an adapter, or a classifier already.</exception>
    public void BecomeClassifier(IReadOnlyList<string> labels, ulong seed = 0, ClassPooling pooling = ClassPooling.Last, bool endToken = false)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count < 2 || labels.Distinct(StringComparer.Ordinal).Count() < labels.Count) throw new FathomException($"a classifier needs at least two classes of different names, not: {string.Join(", ", labels)}");
        if (_adapters.All.Count > 0) throw new FathomException("make the model a classifier before adapters are added");
        if (Config.IsClassifier) throw new FathomException($"the model is a classifier already, of {string.Join(", ", Config.Labels)}");
        if (_parameters.Remove(_plan.Head, out var head)) head.Dispose();
        Config = Config with { Labels = [.. labels], ClassPooling = pooling, ClassEndToken = endToken };
        var score = Device.NewVariable(true, labels.Count, Config.FinalWidth);
        var random = new CounterRandom(seed, ulong.MaxValue);
        foreach (ref var value in score.Values) value = (float)(0.02 * random.NextNormal());
        _parameters.Add(ParameterShapes.ClassHead, score);
    }

    /// <summary>Makes a model that was never taught: matrices normal with <c>initializer_range</c> (default 0.02), norms 1, biases 0.</summary>
    /// <param name="configJson">The text of a config.json in UTF-8.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="seed">Seed of the weights; the same one gives the same bits on every machine.</param>
    /// <param name="place">Where the configuration comes from, for messages.</param>
    /// <exception cref="FathomException">The configuration is not one of a family that can be trained.</exception>
    public static TrainableModel FromConfig(ReadOnlySpan<byte> configJson, AutogradDevice device, ulong seed, string place = "config.json")
    {
        ArgumentNullException.ThrowIfNull(device);
        var (config, range) = FreshModel.Read(configJson, place);
        return new TrainableModel(device, config, FreshModel.Draw(config, range, device, seed));
    }

    /// <summary>
    /// Adds an adapter that changes nothing yet (B is zero), active and taught; the model's own parameters are frozen and give
    /// their gradients' memory back.
    /// </summary>
    /// <param name="name">Its name, not used yet.</param>
    /// <param name="options">Which layers, and how.</param>
    /// <param name="seed">Seed of the random half.</param>
    /// <exception cref="FathomException">The name is taken, or the options do not fit the model.</exception>
    public Adapter AddAdapter(string name, LoraOptions options, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Adopt(name, () => AdapterFactory.New(name, options, this, seed));
    }

    /// <summary>Adds an adapter from PEFT's files, active and taught; the model's own parameters are frozen.</summary>
    /// <param name="name">Its name, not used yet.</param>
    /// <param name="folder">Folder with adapter_config.json and adapter_model.safetensors.</param>
    /// <returns>The adapter; see its <see cref="Adapter.Warnings"/>.</returns>
    /// <exception cref="FathomException">The name is taken, or files and model do not fit.</exception>
    public Adapter LoadAdapter(string name, string folder) => Adopt(name, () => AdapterFactory.Load(name, folder, this));

    /// <summary>Drops an adapter; without the last one the model's own parameters are taught again.</summary>
    /// <exception cref="FathomException">There is no such adapter.</exception>
    public void RemoveAdapter(string name)
    {
        _adapters.Remove(name);
        foreach (var variable in _parameters.Values) variable.NeedsGradient = _adapters.All.Count == 0;
    }

    /// <summary>Chooses which adapters take part from the next pass on; none for the bare model. Whether they are taught is theirs to say.</summary>
    /// <exception cref="FathomException">There is no such adapter, or two have a whole copy of the same parameter.</exception>
    public void Activate(params IReadOnlyList<string> names) => _adapters.Activate(names);

    /// <summary>What a parameter's values are in a pass: an active adapter's copy, or the model's own (with updates added while merged).</summary>
    /// <param name="name">The parameter's name; the head's (<c>lm_head.weight</c>) even where it is tied.</param>
    public Variable Effective(string name) => _adapters.Saved(name) ?? (name == _plan.Head ? BareHead : _parameters[name]);

    /// <summary>Adds the active updates to the model's own weights, for evaluation; the originals are kept until <see cref="UnmergeAdapters"/>.</summary>
    /// <exception cref="InvalidOperationException">They are merged already.</exception>
    public void MergeAdapters() => _adapters.Merge(Device, _parameters);

    /// <summary>Undoes <see cref="MergeAdapters"/>: the kept originals come back, so every bit is as before.</summary>
    public void UnmergeAdapters() => _adapters.Unmerge();

    /// <summary>The hidden states after the final norm, <c>[rows, width]</c>.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="batch">Its tokens.</param>
    /// <exception cref="FathomException">A token is outside the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The tape trains while adapters are merged.</exception>
    public Variable Forward(Tape tape, TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (tape.Training && _adapters.Merged) throw new InvalidOperationException("merged adapters cannot be taught: unmerge first");
        if (batch.Shared > 0 && _rope.Config.Kind == RopeKind.Dynamic) return tape.Gather(Forward(tape, batch.Apart()), batch.Places());
        var (cos, sin) = Angles(tape, batch);
        var x = tape.Embed(Effective(_plan.Embedding), batch.Ids);
        for (var layer = 0; layer < Config.Layers; layer++)
        {
            var (input, number) = (x, layer);
            x = ActivationCheckpointing ? tape.Checkpoint(part => Layer(part, input, number, batch, cos, sin)) : Layer(tape, x, layer, batch, cos, sin);
        }

        return tape.RmsNorm(x, Effective("model.norm.weight"), Config.NormEpsilon);
    }

    /// <summary>Gives every parameter's memory back.</summary>
    public void Dispose()
    {
        _adapters.Dispose();
        foreach (var variable in _parameters.Values) variable.Dispose();
    }

    private Variable Layer(Tape tape, Variable x, int layer, TokenBatch batch, Variable cos, Variable sin)
    {
        var at = $"model.layers.{layer}.";
        var normed = tape.RmsNorm(x, Effective(at + "input_layernorm.weight"), Config.NormEpsilon);
        var q = tape.Rotate(Linear(tape, normed, at + "self_attn.q_proj"), Config.HeadDim, cos, sin);
        var k = tape.Rotate(Linear(tape, normed, at + "self_attn.k_proj"), Config.HeadDim, cos, sin);
        var v = Linear(tape, normed, at + "self_attn.v_proj");
        var layout = new AttentionLayout(Config.Heads, Config.KeyValueHeads, Config.HeadDim, Config.Windows[layer], 1 / MathF.Sqrt(Config.HeadDim));
        x = tape.Add(x, Linear(tape, Attention(tape, q, k, v, batch, layout), at + "self_attn.o_proj"));
        normed = tape.RmsNorm(x, Effective(at + "post_attention_layernorm.weight"), Config.NormEpsilon);
        var gated = tape.SiluMultiply(Linear(tape, normed, at + "mlp.gate_proj"), Linear(tape, normed, at + "mlp.up_proj"));
        return tape.Add(x, Linear(tape, gated, at + "mlp.down_proj"));
    }

    // Attention goes through every sequence whole; only what is linear in the rows is done once for those that are shared.
    private static Variable Attention(Tape tape, Variable q, Variable k, Variable v, TokenBatch batch, AttentionLayout layout)
    {
        if (batch.Shared == 0) return tape.Attention(q, k, v, batch.Segments, layout);
        var rows = batch.SideBySide();
        return tape.Gather(tape.Attention(tape.Gather(q, rows), tape.Gather(k, rows), tape.Gather(v, rows), batch.Segments, layout), batch.Places());
    }

    private Adapter Adopt(string name, Func<Adapter> make)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_adapters.All.ContainsKey(name)) throw new FathomException($"there is an adapter '{name}' already");
        var adapter = make();
        try
        {
            _adapters.Add(adapter);
        }
        catch
        {
            adapter.Dispose();
            throw;
        }

        foreach (var variable in _parameters.Values) variable.NeedsGradient = false;
        return adapter;
    }

    private Variable Linear(Tape tape, Variable x, string name)
    {
        var bias = _parameters.ContainsKey(name + ".bias") ? Effective(name + ".bias") : null;
        return tape.Linear(x, Effective(name + ".weight"), bias, [.. _adapters.Layers(name).Select(layer => layer.Update(tape, x))]);
    }

    private unsafe (Variable Cos, Variable Sin) Angles(Tape tape, TokenBatch batch)
    {
        var (cos, sin) = (tape.New(false, batch.Ids.Length, _rope.Half), tape.New(false, batch.Ids.Length, _rope.Half));
        fixed (float* toCos = cos.Values, toSin = sin.Values)
        {
            for (var s = 0; s < batch.Segments.Length; s++)
            {
                var length = batch.Segments[s].Length;
                for (var t = s == 0 ? 0 : batch.Shared; t < length; t++)
                {
                    var at = batch.RowOf(s, t) * _rope.Half;
                    _rope.Write(t, batch.RopeLength ?? length, toCos + at, toSin + at);
                }
            }
        }

        return (cos, sin);
    }
}
