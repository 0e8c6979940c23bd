using System.Text;
using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Architectures;
using Fathom.Tensors;

namespace Fathom.Models.Tests;

/// <summary>No reference implementation of OpenELM is at hand: its sizes are compared with golden ones, its blocks with Qwen 3's, which are the same but for how they are stored.</summary>
public sealed class OpenElmTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(16, 1280, 64, "12 12 12 12 12 16 16 16 16 16 16 16 20 20 20 20", "768 1024 1280 1536 1792 2048 2560 2816 3072 3328 3584 3840 4352 4608 4864 5120")]
    [InlineData(28, 2048, 64, "16 16 16 20 20 20 20 20 20 20 24 24 24 24 24 24 24 24 28 28 28 28 28 28 32 32 32 32", "1024 1280 1536 1792 2048 2304 2560 2816 3072 3328 3584 3840 4096 4608 4608 5120 5376 5632 5888 6144 6400 6656 6912 7168 7424 7680 7936 8192")]
    public void LayersHaveTheSizesOfTheReleasedModels(int layers, int width, int headDim, string heads, string feedForwards)
    {
        var config = Read(Config(layers, width, headDim, 4, 32000, new JsonArray(0.5, 1.0), new JsonArray(0.5, 4.0), 256));
        Assert.Equal(heads, string.Join(' ', config.Sizes.Select(size => size.Heads)));
        Assert.Equal(feedForwards, string.Join(' ', config.Sizes.Select(size => size.FeedForwardWidth)));
        Assert.All(config.Sizes, size => Assert.Equal(size.Heads / 4, size.KeyValueHeads));
    }

    [SharedFact("golden/erank.json")]
    public void AllFourGoldenSizes()
    {
        var golden = JsonNode.Parse(File.ReadAllText(SharedFolder.Path("golden/erank.json")))!["openelm_dims"]!.AsObject();
        foreach (var (name, expected) in golden)
        {
            var config = Read(Config((int)expected!["layers"]!, (int)expected["model_dim"]!, (int)expected["head_dim"]!, 4, 32000, new JsonArray(0.5, 1.0), new JsonArray(0.5, 4.0), 256));
            Assert.Equal((name, expected["num_query_heads"]!.ToJsonString()), (name, $"[{string.Join(',', config.Sizes.Select(size => size.Heads))}]"));
            Assert.Equal((name, expected["num_kv_heads"]!.ToJsonString()), (name, $"[{string.Join(',', config.Sizes.Select(size => size.KeyValueHeads))}]"));
            Assert.Equal((name, expected["ffn_dim"]!.ToJsonString()), (name, $"[{string.Join(',', config.Sizes.Select(size => size.FeedForwardWidth))}]"));
        }
    }

    [Fact]
    public void ItsBlocksAreQwens()
    {
        var source = JsonNode.Parse(File.ReadAllText(Path.Combine(TinyModels.Folder("qwen3"), "config.hub.json")))!.AsObject();
        source["rms_norm_eps"] = 1e-6;
        var qwen = _folder.Sub("qwen");
        Directory.CreateDirectory(qwen);
        File.WriteAllText(Path.Combine(qwen, "config.json"), source.ToJsonString());
        File.Copy(Path.Combine(TinyModels.Folder("qwen3"), "model.safetensors"), Path.Combine(qwen, "model.safetensors"));
        using var reference = LanguageModel.Load(qwen, new LoadOptions { Threads = 1 });
        var shape = reference.Config;
        var elm = _folder.Sub("elm");
        Directory.CreateDirectory(elm);
        var queries = (double)(shape.Heads * shape.HeadDim) / shape.Width;
        var config = Config(shape.Layers, shape.Width, shape.HeadDim, shape.Heads / shape.KeyValueHeads, shape.Vocabulary, new JsonArray(queries, queries), new JsonArray([.. Enumerable.Range(0, shape.Layers).Select(_ => JsonValue.Create((double)shape.FeedForwardWidth / shape.Width))]), 4);
        config["rope_freq_constant"] = shape.Rope.Theta;
        config["share_input_output_layers"] = shape.TiedHead;
        File.WriteAllText(Path.Combine(elm, "config.json"), config.ToJsonString());
        Write(shape, Path.Combine(elm, "model.safetensors"));
        using var model = LanguageModel.Load(elm, new LoadOptions { Threads = 1 });
        var tokens = Prompts.Ids(reference, 4, 19);
        Assert.Equal(reference.GetHiddenStates(tokens, LogitPositions.All).Logits, model.GetHiddenStates(tokens, LogitPositions.All).Logits);
    }

    private static JsonObject Config(int layers, int width, int headDim, int group, int vocabulary, JsonArray heads, JsonArray feedForwards, int divisor) => new()
    {
        ["model_type"] = "openelm",
        ["num_transformer_layers"] = layers,
        ["model_dim"] = width,
        ["head_dim"] = headDim,
        ["num_gqa_groups"] = group,
        ["vocab_size"] = vocabulary,
        ["qkv_multipliers"] = heads,
        ["ffn_multipliers"] = feedForwards,
        ["ffn_dim_divisor"] = divisor,
        ["ffn_with_glu"] = true,
        ["activation_fn_name"] = "swish",
        ["normalize_qk_projections"] = true,
        ["share_input_output_layers"] = true,
        ["rope_freq_constant"] = 10000,
        ["max_context_length"] = 64,
    };

    private static DecoderConfig Read(JsonObject config) =>
        ArchitectureRegistry.ForHuggingFace("openelm", "config.json").Read(HuggingFaceConfig.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()), "config.json"));

    private static unsafe void Write(DecoderConfig shape, string path)
    {
        using var weights = SafetensorsFile.Open(Path.Combine(TinyModels.Folder("qwen3"), "model.safetensors"));
        var written = new SortedDictionary<string, (long[] Shape, List<byte> Bytes)>(StringComparer.Ordinal);
        void Add(string to, params string[] from)
        {
            var tensors = from.Select(weights.GetTensor).ToArray();
            long[] sizes = [tensors.Sum(tensor => tensor.Shape[0]), .. tensors[0].Shape.Skip(1)];
            written.Add(to, (sizes, [.. tensors.SelectMany(tensor => new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength).ToArray())]));
        }

        Add("transformer.token_embeddings.weight", "model.embed_tokens.weight");
        Add("transformer.norm.weight", "model.norm.weight");
        if (!shape.TiedHead) Add("lm_head.weight", "lm_head.weight");
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var (to, from) = ($"transformer.layers.{layer}.", $"model.layers.{layer}.");
            Add(to + "attn_norm.weight", from + "input_layernorm.weight");
            Add(to + "ffn_norm.weight", from + "post_attention_layernorm.weight");
            Add(to + "attn.qkv_proj.weight", from + "self_attn.q_proj.weight", from + "self_attn.k_proj.weight", from + "self_attn.v_proj.weight");
            Add(to + "attn.out_proj.weight", from + "self_attn.o_proj.weight");
            Add(to + "attn.q_norm.weight", from + "self_attn.q_norm.weight");
            Add(to + "attn.k_norm.weight", from + "self_attn.k_norm.weight");
            Add(to + "ffn.proj_1.weight", from + "mlp.gate_proj.weight", from + "mlp.up_proj.weight");
            Add(to + "ffn.proj_2.weight", from + "mlp.down_proj.weight");
        }

        using var writer = SafetensorsWriter.Create(path, [.. written.Select(pair => new SafetensorsEntry(pair.Key, DType.F32, [.. pair.Value.Shape]))], new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (_, value) in written) writer.Write([.. value.Bytes]);
        writer.Complete();
    }
}
