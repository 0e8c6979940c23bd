using Fathom.Formats.Hub;

namespace Fathom.Formats.Tests.Hub;

public sealed class HubChoiceTests
{
    [Theory]
    [InlineData("config.json model.safetensors pytorch_model.bin tf_model.h5 flax_model.msgpack README.md", "config.json model.safetensors README.md")]
    [InlineData("config.json pytorch_model.bin training_args.bin optimizer.pt", "config.json pytorch_model.bin")]
    [InlineData("config.json pytorch_model-00001-of-00002.bin pytorch_model-00002-of-00002.bin pytorch_model.bin.index.json", "config.json pytorch_model-00001-of-00002.bin pytorch_model-00002-of-00002.bin pytorch_model.bin.index.json")]
    [InlineData("config.json model.safetensors consolidated.safetensors x.gguf modeling_x.py onnx/model.onnx .gitattributes", "config.json model.safetensors")]
    [InlineData("consolidated.safetensors params.json", "consolidated.safetensors params.json")]
    [InlineData("model-q4.gguf README.md", "model-q4.gguf README.md")]
    [InlineData("big-00001-of-00002.gguf big-00002-of-00002.gguf", "big-00001-of-00002.gguf big-00002-of-00002.gguf")]
    [InlineData("model.safetensors tokenizer.model vocab.txt merges.txt 1_Pooling/config.json chat_template.jinja original/consolidated.00.pth", "model.safetensors tokenizer.model vocab.txt merges.txt 1_Pooling/config.json chat_template.jinja")]
    public void TheStandardChoiceHasOneFormAndNoCode(string all, string expected) => Assert.Equal(expected, string.Join(' ', Choose(all, [], [])));

    [Fact]
    public void PatternsDecideWhereTheyAreGiven()
    {
        const string All = "config.json a-q4.gguf a-q8.gguf x.py onnx/model.onnx";
        Assert.Equal(["a-q4.gguf", "x.py"], Choose(All, ["*q4.gguf", "*.py"], []));
        Assert.Equal(["onnx/model.onnx"], Choose(All, ["onnx/"], []));
        Assert.Equal(["config.json", "a-q8.gguf"], Choose(All, [], ["*q4*"]));
        Assert.Contains("--include", Assert.Throws<FathomException>(() => Choose(All, [], [])).Message, StringComparison.Ordinal);
        Assert.Contains("no file is left", Assert.Throws<FathomException>(() => Choose(All, ["*.bin"], [])).Message, StringComparison.Ordinal);
        Assert.Contains("has no file that this tool reads", Assert.Throws<FathomException>(() => Choose("x.py", [], [])).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Choose(string files, string[] include, string[] exclude) =>
        HubFileChoice.Of(new HubModelInfo("a/b", "c", [.. files.Split(' ').Select(name => new HubFile(name, 1, null))], null), new HubModelName("a", "b", null), include, exclude).Chosen.Select(file => file.Path);
}
