using System.Text.RegularExpressions;

namespace Fathom.Models.Adapters;

/// <summary>What <see cref="LoraOptions"/> mean for one model: which layers are updated, and which parameters are kept whole.</summary>
internal sealed class LoraPlan
{
    private const string Weight = ".weight";

    // Where PEFT teaches a classifier it names both, whichever the model has.
    private static readonly string[] ClassifierNames = ["classifier", "score"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private LoraPlan(IReadOnlyList<LoraTarget> targets, IReadOnlyList<string> saved) => (Targets, Saved) = (targets, saved);

    /// <summary>Updated layers, in the order of the model.</summary>
    public IReadOnlyList<LoraTarget> Targets { get; }

    /// <summary>Parameters kept whole, in the order of the model.</summary>
    public IReadOnlyList<string> Saved { get; }

    /// <summary>Finds the layers.</summary>
    /// <param name="options">What is wanted.</param>
    /// <param name="shapes">Every parameter's shape by its name, a tied head among them.</param>
    /// <param name="place">File or recipe the options come from, for messages.</param>
    /// <exception cref="FathomException">An option is out of its range, or names a module that is not there or cannot be adapted.</exception>
    public static LoraPlan Make(LoraOptions options, IReadOnlyDictionary<string, int[]> shapes, string place)
    {
        Check(options, place);
        var modules = shapes.Keys.Select(Module).Distinct(StringComparer.Ordinal).ToList();
        bool IsLinear(string module) => shapes.TryGetValue(module + Weight, out var shape) && shape.Length == 2 && !IsEmbedding(module);
        var saved = Saving(options, shapes, place);
        var linear = modules.Where(module => IsLinear(module) && !IsHead(module)).ToList();
        var named = options.TargetPattern is { } pattern
            ? pattern == LoraOptions.AllLinear ? linear.FindAll(module => !saved.Contains(module + Weight, StringComparer.Ordinal)) : Whole(pattern, modules, place)
            : Listed(options, modules, linear, place);
        if (named.Count == 0) throw new FathomException($"{place}: target_modules {options.TargetPattern} matches no module; {Available(linear)}");
        foreach (var module in named.Where(module => !linear.Contains(module, StringComparer.Ordinal)))
            throw new FathomException($"{place}: target_modules '{module}' cannot have a low-rank update ({(IsHead(module) ? "the head" : IsEmbedding(module) ? "an embedding" : "not a linear layer")}): name it under modules_to_save; {Available(linear)}");

        var both = named.FirstOrDefault(module => saved.Exists(name => Module(name) == module));

        // A name such as "dense" means layers of the encoder and of a head that is kept whole: the head's have no use for an update.
        if (both is not null && options.TargetPattern is null && options.TargetModules.All(name => named.Exists(module => Matches(module, name) && !saved.Contains(module + Weight, StringComparer.Ordinal))))
            (named, both) = (named.FindAll(module => !saved.Contains(module + Weight, StringComparer.Ordinal)), null);
        if (both is not null) throw new FathomException($"{place}: module '{both}' is under target_modules and modules_to_save: leave out one");
        return new LoraPlan([.. named.Select(module => Target(options, module, shapes[module + Weight], place))], saved);
    }

    private static void Check(LoraOptions options, string place)
    {
        if (options.TargetPattern is null == (options.TargetModules.Count == 0))
            throw new FathomException($"{place}: target_modules must be a list of layers (such as q_proj, v_proj), a regular expression, or {LoraOptions.AllLinear}");
        if (!(options.Dropout is >= 0 and < 1)) throw new FathomException($"{place}: lora_dropout is {options.Dropout}, expected a probability in [0, 1)");
        if (options.TaskType is not ("CAUSAL_LM" or "SEQ_CLS" or "FEATURE_EXTRACTION")) throw new FathomException($"{place}: task_type is {options.TaskType}, expected CAUSAL_LM, SEQ_CLS or FEATURE_EXTRACTION");
    }

    private static LoraTarget Target(LoraOptions options, string module, int[] shape, string place)
    {
        var rank = Choose(options.RankPattern, "rank_pattern", module, options.Rank, place);
        var alpha = Choose(options.AlphaPattern, "alpha_pattern", module, options.Alpha, place);
        if (rank < 1 || rank > Math.Max(shape[0], shape[1])) throw new FathomException($"{place}: rank {rank} of '{module}' is not from 1 to {Math.Max(shape[0], shape[1])}");
        if (!double.IsFinite(alpha)) throw new FathomException($"{place}: lora_alpha {alpha} of '{module}' is not a finite number");
        return new LoraTarget(module, shape[0], shape[1], rank, (float)(alpha / (options.RankStabilised ? Math.Sqrt(rank) : rank)));
    }

    private static List<string> Listed(LoraOptions options, List<string> modules, List<string> linear, string place)
    {
        var lost = options.TargetModules.FirstOrDefault(name => !modules.Exists(module => Matches(module, name)));
        if (lost is not null) throw new FathomException($"{place}: target_modules '{lost}' is not in this model; {Available(linear)}");
        return modules.FindAll(module => options.TargetModules.Any(name => Matches(module, name)));
    }

    private static bool Matches(string module, string name) => module == name || module.EndsWith("." + name, StringComparison.Ordinal);

    private static List<string> Whole(string pattern, List<string> modules, string place)
    {
        var expression = Expression($"^(?:{pattern})$", "target_modules", pattern, place);
        return modules.FindAll(module => IsMatch(expression, module, place));
    }

    private static List<string> Saving(LoraOptions options, IReadOnlyDictionary<string, int[]> shapes, string place)
    {
        var saved = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in options.ModulesToSave)
        {
            var found = shapes.Keys.Where(parameter => Ancestors(parameter).Any(module => module.EndsWith(name, StringComparison.Ordinal))).ToList();
            var optional = options.TaskType == "SEQ_CLS" && ClassifierNames.Contains(name, StringComparer.Ordinal);
            if (found.Count == 0 && !optional)
                throw new FathomException($"{place}: modules_to_save '{name}' is not in this model, whose modules end in {Endings(shapes.Keys.Select(Module))}");
            saved.UnionWith(found);
        }

        return [.. shapes.Keys.Where(saved.Contains)];
    }

    private static T Choose<T>(IReadOnlyDictionary<string, T> patterns, string key, string module, T otherwise, string place)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (IsMatch(Expression($@"^(?:.*\.)?(?:{pattern})$", key, pattern, place), module, place)) return value;
        }

        return otherwise;
    }

    private static Regex Expression(string expression, string key, string written, string place)
    {
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException fault)
        {
            throw new FathomException($"{place}: {key} '{written}' is not a regular expression: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    private static bool IsMatch(Regex expression, string module, string place)
    {
        try
        {
            return expression.IsMatch(module);
        }
        catch (RegexMatchTimeoutException slow)
        {
            throw new FathomException($"{place}: the regular expression '{expression}' takes too long on '{module}': write a simpler one", slow);
        }
    }

    private static IEnumerable<string> Ancestors(string parameter)
    {
        for (var dot = parameter.LastIndexOf('.'); dot > 0; dot = parameter.LastIndexOf('.', dot - 1)) yield return parameter[..dot];
    }

    private static string Module(string parameter) => parameter[..Math.Max(0, parameter.LastIndexOf('.'))];

    private static string LastPart(string module) => module[(module.LastIndexOf('.') + 1)..];

    private static bool IsHead(string module) => LastPart(module) is "lm_head" or "embed_out" or "score" or "classifier" or "qa_outputs";

    private static bool IsEmbedding(string module) => LastPart(module) is "embed_tokens" or "wte" or "wpe" or "embed_in" or "embed_positions" or "word_embeddings" or "token_embeddings"
        or "position_embeddings" or "token_type_embeddings" or "tok_embeddings" or "rel_embeddings" or "relative_attention_bias" or "shared";

    private static string Available(List<string> linear) => $"its linear layers end in {Endings(linear)}";

    private static string Endings(IEnumerable<string> modules) => string.Join(", ", modules.Select(LastPart).Distinct(StringComparer.Ordinal));
}
