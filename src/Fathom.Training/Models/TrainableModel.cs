using Fathom.Models.Adapters;
using Fathom.Models.Architectures;
using Fathom.Models.Positions;
using Fathom.Models.Running;
using Fathom.Tensors;
using Fathom.Tensors.Autograd;

namespace Fathom.Training;

/// <summary>
/// A decoder of any family whose parameters are variables, by the names they have in the checkpoint.
/// A tied head is the embedding itself, so that both parts of its gradient meet there.
/// </summary>
public sealed partial class TrainableModel : ITrainable
{
    private readonly OrderedDictionary<string, Variable> _parameters;
    private readonly Dictionary<RopeConfig, RopeTable> _ropes = [];
    private readonly DecoderPlan _plan;
    private readonly AdapterSet _adapters = new();

    private TrainableModel(AutogradDevice device, DecoderConfig config, OrderedDictionary<string, Variable> parameters)
    {
        (Device, Config, _parameters, _plan) = (device, config, parameters, new DecoderPlan(config));
        Layers = [.. Enumerable.Range(0, config.Layers).Select(_plan.Layer)];
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

    /// <summary>What it is made of.</summary>
    internal DecoderPlan Plan => _plan;

    /// <summary>Its blocks, from the first on.</summary>
    internal IReadOnlyList<LayerPlan> Layers { get; }

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
    public OrderedDictionary<string, Variable> Trainable => _adapters.Trainable(_parameters);

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
        RefuseAuxiliaryLoss(files.Config, files.Location);
        return new TrainableModel(device, CheckpointWeights.ConfigOf(files), new CheckpointWeights(files).ReadAll(device));
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
        RefuseAuxiliaryLoss(config, place);
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
    public void MergeAdapters() => _adapters.Merge(Device, _parameters, ParameterShapes.Transposed(Config));

    /// <summary>Undoes <see cref="MergeAdapters"/>: the kept originals come back, so every bit is as before.</summary>
    public void UnmergeAdapters() => _adapters.Unmerge();

    /// <summary>The hidden states that the head reads: after the final norm, <c>[rows, final width]</c>.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="batch">Its tokens.</param>
    /// <exception cref="FathomException">A token is outside the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The tape trains while adapters are merged.</exception>
    public Variable Forward(Tape tape, TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (tape.Training && _adapters.Merged) throw new InvalidOperationException("merged adapters cannot be taught: unmerge first");
        if (batch.Shared > 0 && Config.Rope.Kind is RopeKind.Dynamic or RopeKind.LongRope) return tape.Gather(Forward(tape, batch.Apart()), batch.Places());
        var pass = new TrainingPass(this, tape, batch);
        var x = pass.Embed(tape);
        foreach (var layer in Layers)
        {
            var input = x;
            x = ActivationCheckpointing ? tape.Checkpoint(part => pass.Block(part, input, layer)) : pass.Block(tape, x, layer);
        }

        return pass.Finish(tape, x);
    }

    /// <summary>What the head takes from the states that <see cref="Forward"/> gives: some families scale their logits.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="states">The states.</param>
    public Variable HeadInput(Tape tape, Variable states) => Config.LogitScale == 1 ? states : tape.Scale(states, Config.LogitScale);

    /// <summary>Gives every parameter's memory back.</summary>
    public void Dispose()
    {
        _adapters.Dispose();
        foreach (var variable in _parameters.Values) variable.Dispose();
    }

    private static void RefuseAuxiliaryLoss(DecoderConfig config, string place)
    {
        if (config.Mixture is { AuxiliaryLoss: true }) throw new FathomException($"{place}: the configuration asks for the router's auxiliary loss in training (output_router_logits: true), which is not computed: set it to false to teach without it");
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

    /// <summary>A linear layer with its bias and the active updates; all rows of the tensor, whichever the plan means.</summary>
    internal Variable Linear(Tape tape, Variable x, LinearPlan linear)
    {
        var bias = linear.Bias ? Effective(linear.Name + ".bias") : null;
        LowRankUpdate[] updates = [.. _adapters.Layers(linear.Name).Select(layer => layer.Update(tape, x))];
        var weight = Effective(linear.Name + ".weight");
        return linear.Transposed ? tape.LinearTransposed(x, weight, bias, updates) : tape.Linear(x, weight, bias, updates);
    }

    /// <summary>The angles of rotary positions, kept from pass to pass.</summary>
    internal RopeTable Table(RopeConfig rope)
    {
        if (!_ropes.TryGetValue(rope, out var table)) _ropes.Add(rope, table = new RopeTable(rope));
        return table;
    }
}
