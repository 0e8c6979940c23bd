using System.Text.Json.Nodes;
using Fathom.Formats;
using Fathom.Models.Encoders;
using Fathom.Models.Encoders.TextToText;

namespace Fathom.Models.Tests.Encoders;

public sealed class EncoderConfigTests
{
    [Theory]
    [InlineData("bert", "position_embedding_type", "\"relative_key\"", "position_embedding_type")]
    [InlineData("bert", "hidden_act", "\"quick_swish\"", "hidden_act")]
    [InlineData("bert", "is_decoder", "true", "is_decoder")]
    [InlineData("bert", "add_cross_attention", "true", "add_cross_attention")]
    [InlineData("bert", "quantization_config", "{\"bits\":4}", "quantised")]
    [InlineData("bert", "num_attention_heads", "5", "not a multiple")]
    [InlineData("bert", "num_hidden_layers", "3", "encoder.layer.2")]
    [InlineData("bert", "num_hidden_layers", "1", "no place for")]
    [InlineData("bert", "vocab_size", "129", "shape")]
    [InlineData("bert", "hidden_size", "2147483644", "hidden_size")]
    [InlineData("bert", "num_hidden_layers", "2147483647", "num_hidden_layers")]
    [InlineData("bert", "intermediate_size", "2147483647", "intermediate_size")]
    [InlineData("deberta", "max_relative_positions", "2147483647", "max_relative_positions")]
    [InlineData("deberta-v3", "position_buckets", "2147483647", "position_buckets")]
    [InlineData("t5", "d_kv", "2147483647", "d_kv")]
    [InlineData("bert", "id2label", "{\"0\":\"a\",\"2\":\"b\"}", "none for class 1")]
    [InlineData("bert", "layer_norm_eps", "-1", "above 0")]
    [InlineData("roberta", "max_position_embeddings", "2", "no position behind the padding")]
    [InlineData("deberta", "pos_att_type", "\"c2p|p2p\"", "pos_att_type")]
    [InlineData("deberta", "talking_head", "true", "talking_head")]
    [InlineData("deberta", "max_relative_positions", "11", "rel_embeddings")]
    [InlineData("deberta", "pooler_hidden_size", "20", "pooler_hidden_size")]
    [InlineData("deberta-v3", "norm_rel_ebd", "\"batch\"", "norm_rel_ebd")]
    [InlineData("deberta-v3", "attention_head_size", "12", "attention_head_size")]
    [InlineData("deberta-v3", "share_att_key", "false", "pos_key_proj")]
    [InlineData("deberta-v3", "conv_kernel_size", "3", "conv.conv.weight")]
    [InlineData("t5", "feed_forward_proj", "\"gated-swish\"", "feed_forward_proj")]
    [InlineData("t5", "feed_forward_proj", "\"gated-gelu\"", "dense_act_fn")]
    public void What_would_change_results_is_refused_by_name(string folder, string key, string value, string named)
    {
        using var changed = Changed(folder, key, value);
        var failure = Assert.Throws<FathomException>(() => TextEncoder.Load(changed.Root));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    [InlineData("deberta")]
    [InlineData("deberta-v3")]
    [InlineData("t5")]
    public void A_damaged_configuration_is_an_error_and_nothing_else(string name)
    {
        string[] values = ["0", "-1", "1", "2", "7", "2147483647", "-2147483648", "1e300", "0.5", "null", "true", "\"\"", "\"gelu\"", "\"none\"", "[]", "[1]", "[\"c2p\"]", "{}", "{\"0\":1}"];
        using var folder = Changed(name, "transformers_version", "\"5\"");
        var original = File.ReadAllText(folder.Sub("config.json"));
        string[] keys = [.. JsonNode.Parse(original)!.AsObject().Select(pair => pair.Key), "conv_kernel_size", "embedding_size", "attention_head_size", "quantization_config", "num_labels", "layer_types"];
        foreach (var (at, key) in keys.Index())
        {
            // Every fourth value of each key, another start each time: all of them together take a minute on a busy machine.
            foreach (var value in values.Where((_, i) => i % 4 == at % 4))
            {
                var config = JsonNode.Parse(original)!.AsObject();
                config[key] = JsonNode.Parse(value);
                File.WriteAllText(folder.Sub("config.json"), config.ToJsonString());
                try
                {
                    using var encoder = TextEncoder.Load(folder.Root, new LoadOptions { Threads = 1 });
                    Assert.Equal(encoder.Config.Width, encoder.Encode(new EncoderInput(new[] { 1 })).LastStates.Length);
                }
                catch (FathomException failure)
                {
                    Assert.DoesNotContain('\n', failure.Message);
                }
            }
        }
    }

    [Fact]
    public void ModernBert_reads_both_ways_of_saying_rope_and_refuses_others()
    {
        if (SharedFolder.TryPath("golden/hf/modernbert") is null) return;
        foreach (var (key, value, named) in new[]
        {
            ("layer_types", "[\"full_attention\"]", "layer_types"),
            ("rope_parameters", "{\"full_attention\":{\"rope_type\":\"yarn\",\"rope_theta\":1}}", "rope_type"),
            ("rope_parameters", "{\"full_attention\":{\"factor\":2}}", "factor"),
            ("classifier_pooling", "\"max\"", "classifier_pooling"),
        })
        {
            using var changed = Changed("modernbert", key, value);
            Assert.Contains(named, Assert.Throws<FathomException>(() => TextEncoder.Load(changed.Root)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Files_of_2019_with_gamma_and_beta_give_the_same_bits()
    {
        using var old = new TemporaryFolder();
        File.Copy(Path.Combine(EncoderModels.Folder("bert"), "config.json"), old.Sub("config.json"));
        using (var weights = SafetensorsFile.Open(Path.Combine(EncoderModels.Folder("bert"), "model.safetensors")))
        {
            Rename(weights, old.Sub("model.safetensors"), name => name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal));
        }

        using var renamed = TextEncoder.Load(old.Root, new LoadOptions { Threads = 1 });
        using var plain = EncoderModels.Load("bert");
        var input = new EncoderInput(new[] { 3, 9, 100 });
        Assert.Equal(plain.Encode(input).LastStates, renamed.Encode(input).LastStates);
    }

    [Fact]
    public void A_headless_model_leaves_the_head_unused_and_says_so()
    {
        using var changed = Changed("bert", "architectures", "[\"BertModel\"]");
        using var encoder = TextEncoder.Load(changed.Root);
        Assert.Empty(encoder.Config.Labels);
        Assert.True(encoder.HasPooler);
        Assert.Contains("classifier.", Assert.Single(encoder.Warnings), StringComparison.Ordinal);
        Assert.Empty(encoder.Encode(new EncoderInput(new[] { 1 }), EncoderParts.Logits).Logits);
    }

    [Theory]
    [InlineData("bert", "BertForTokenClassification")]
    [InlineData("deberta-v3", "DebertaV2ForTokenClassification")]
    public void A_head_over_tokens_is_read(string name, string architecture)
    {
        using var changed = Changed(name, "architectures", $"[\"{architecture}\"]");
        using var encoder = TextEncoder.Load(changed.Root, new LoadOptions { Threads = 1 });
        using var plain = EncoderModels.Load(name);
        var width = encoder.Config.Width;
        Assert.Empty(encoder.Config.Labels);
        Assert.Equal(plain.Config.Labels, encoder.Config.TokenLabels);
        var inputs = new EncoderInput[] { new(new[] { 3, 9, 100 }), new(new[] { 7, 8 }) };
        var outputs = encoder.Encode(inputs, EncoderParts.LastStates | EncoderParts.TokenLogits | EncoderParts.Logits);
        using var weights = SafetensorsFile.Open(changed.Sub("model.safetensors"));
        var (matrix, bias) = (Floats(weights, "classifier.weight"), Floats(weights, "classifier.bias"));
        foreach (var (output, input) in outputs.Zip(inputs))
        {
            Assert.Empty(output.Logits);
            Assert.Equal(input.Tokens.Length * bias.Length, output.TokenLogits.Length);
            for (var i = 0; i < output.TokenLogits.Length; i++)
            {
                var (token, label) = (i / bias.Length, i % bias.Length);
                var expected = bias[label] + Enumerable.Range(0, width).Sum(c => (double)matrix[label * width + c] * output.LastStates[token * width + c]);
                Assert.Equal(expected, output.TokenLogits[i], 1e-5);
            }
        }

        Assert.Equal(outputs[1].TokenLogits, encoder.Encode(inputs[1], EncoderParts.TokenLogits).TokenLogits);
    }

    [SharedFact("golden/hf/modernbert")]
    public void ModernBert_s_head_over_tokens_is_its_class_head_at_every_token()
    {
        using var classes = Changed("modernbert", "classifier_pooling", "\"cls\"");
        using var tokens = Changed("modernbert", "architectures", "[\"ModernBertForTokenClassification\"]");
        using var one = TextEncoder.Load(classes.Root, new LoadOptions { Threads = 1 });
        using var other = TextEncoder.Load(tokens.Root, new LoadOptions { Threads = 1 });
        var input = new EncoderInput(new[] { 3, 9, 100, 4 });
        var logits = one.Encode(input, EncoderParts.Logits).Logits;
        var all = other.Encode(input, EncoderParts.TokenLogits).TokenLogits;
        Assert.Equal(4 * logits.Length, all.Length);
        Assert.Equal(logits, all[..logits.Length]);
    }

    [Theory]
    [InlineData("BertForQuestionAnswering", "qa_outputs")]
    [InlineData("BertForMultipleChoice", "ForMultipleChoice")]
    public void A_head_that_is_missing_or_not_computed_is_named(string architecture, string named)
    {
        using var changed = Changed("bert", "architectures", $"[\"{architecture}\"]");
        Assert.Contains(named, Assert.Throws<FathomException>(() => TextEncoder.Load(changed.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_finds_spans_is_read()
    {
        using var folder = Changed("roberta", "architectures", "[\"RobertaForQuestionAnswering\"]");
        using var plain = EncoderModels.Load("roberta");
        using (var weights = SafetensorsFile.Open(Path.Combine(EncoderModels.Folder("roberta"), "model.safetensors")))
        {
            Assert.Equal(3, plain.Config.Labels.Count);
            WriteSpanHead(weights, folder.Sub("model.safetensors"));
        }

        using var encoder = TextEncoder.Load(folder.Root, new LoadOptions { Threads = 1 });
        Assert.Equal(["start", "end"], encoder.Config.TokenLabels);
        Assert.Equal(6, encoder.Encode(new EncoderInput(new[] { 3, 9, 100 }), EncoderParts.TokenLogits).TokenLogits.Length);
    }

    [Fact]
    public void A_weight_that_is_no_number_is_named()
    {
        using var changed = Changed("bert", "vocab_size", "128");
        var path = changed.Sub("model.safetensors");
        long place;
        using (var weights = SafetensorsFile.Open(path))
        {
            place = Offset(weights, "bert.encoder.layer.1.output.dense.weight");
        }

        var bytes = File.ReadAllBytes(path);
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, place + 40);
        File.WriteAllBytes(path, bytes);
        using var encoder = TextEncoder.Load(changed.Root);
        var failure = Assert.Throws<FathomException>(() => encoder.Encode(new EncoderInput(new[] { 1, 2 })));
        Assert.Contains("bert.encoder.layer.1.output.dense.weight", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void T5_ties_its_head_by_what_the_file_holds()
    {
        using var untied = Changed("t5", "tie_word_embeddings", "false");
        Assert.Contains("lm_head.weight", Assert.Throws<FathomException>(() => TextToTextModel.Load(untied.Root)).Message, StringComparison.Ordinal);
        using var unscaled = Changed("t5", "scale_decoder_outputs", "false");
        using var other = TextToTextModel.Load(unscaled.Root, new LoadOptions { Threads = 1 });
        using var plain = TextToTextModel.Load(EncoderModels.Folder("t5"), new LoadOptions { Threads = 1 });
        var (a, b) = (other.GetStates(new[] { 5, 6 }, new[] { 0 }).Logits, plain.GetStates(new[] { 5, 6 }, new[] { 0 }).Logits);
        Assert.Equal(a[3], b[3] * Math.Sqrt(32), 1e-4 * Math.Abs(a[3]));
    }

    private static TemporaryFolder Changed(string name, string key, string value)
    {
        var folder = new TemporaryFolder();
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(EncoderModels.Folder(name), "config.json")))!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(folder.Sub("config.json"), config.ToJsonString());
        File.WriteAllBytes(folder.Sub("model.safetensors"), File.ReadAllBytes(Path.Combine(EncoderModels.Folder(name), "model.safetensors")));
        return folder;
    }

    private static unsafe float[] Floats(SafetensorsFile file, string name)
    {
        var tensor = file.GetTensor(name);
        var values = new float[tensor.ElementCount];
        Tensors.BlockDecoder.Decode(tensor.Type, new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength), values);
        return values;
    }

    // A head of two rows in place of the class head's.
    private static unsafe void WriteSpanHead(SafetensorsFile weights, string path)
    {
        var names = weights.Names.Where(name => !name.StartsWith("classifier.", StringComparison.Ordinal)).ToList();
        var width = weights.GetTensor("classifier.out_proj.weight").Shape[1];
        using var writer = SafetensorsWriter.Create(path, [.. names.Select(name => new SafetensorsEntry(name, weights.GetTensor(name).Type, weights.GetTensor(name).Shape)), new SafetensorsEntry("qa_outputs.weight", Tensors.DType.F32, [2, width]), new SafetensorsEntry("qa_outputs.bias", Tensors.DType.F32, [2])]);
        foreach (var name in names) writer.Write(new ReadOnlySpan<byte>(weights.GetTensor(name).Data, (int)weights.GetTensor(name).ByteLength));
        writer.Write(new byte[checked((int)(2 * width * sizeof(float)))]);
        writer.Write(new byte[2 * sizeof(float)]);
        writer.Complete();
    }

    private static unsafe void Rename(SafetensorsFile weights, string path, Func<string, string> rename)
    {
        using var writer = SafetensorsWriter.Create(path, [.. weights.Names.Select(name => new SafetensorsEntry(rename(name), weights.GetTensor(name).Type, weights.GetTensor(name).Shape))]);
        foreach (var name in weights.Names) writer.Write(new ReadOnlySpan<byte>(weights.GetTensor(name).Data, (int)weights.GetTensor(name).ByteLength));
        writer.Complete();
    }

    private static unsafe long Offset(SafetensorsFile weights, string name)
    {
        var bytes = File.ReadAllBytes(weights.Location);
        var tensor = weights.GetTensor(name);
        return bytes.AsSpan().IndexOf(new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength));
    }
}
