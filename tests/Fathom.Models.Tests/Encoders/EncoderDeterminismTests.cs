using Fathom.Models.Encoders;
using Fathom.Models.Encoders.TextToText;
using Fathom.Models.Verification;
using Fathom.Tensors;

namespace Fathom.Models.Tests.Encoders;

public sealed class EncoderDeterminismTests
{
    private const string Bert = "471163c7dc9e3933881f15627843dc771efb45de2079ef94eeabefbee47e376f";

    // Every machine must give these. They change only with the built-in sequences or the kernels' order of additions.
    [Theory]
    [InlineData("bert", Bert)]
    [InlineData("roberta", "26aab668bce1284720697e95b9e0c6342d66956b0cddc6abec9937bb898b152f")]
    [InlineData("deberta", "c413aac18516ce31d28ef1a9fbfc882481b26aef55ef5e479dc622c54f383b6c")]
    [InlineData("deberta-v3", "62c6f9d2fe706d5af632f7b07b06762107328d76f2c7a11cc800d3f2688254c3")]
    public void Encoders_give_their_hash_in_every_way(string folder, string hash) => Check(folder, 4, hash);

    [SharedTheory("golden/hf")]
    [InlineData("modernbert", "ba72cad793e5f8dad6b1e9da748b5547bec3a4be97d66f23a337c8635a48bba1")]
    [InlineData("deberta-v2-conv", "2aff068eddebef3781964721c05d749e1f8040e6f23297d9bbc081dc368056c9")]
    public void Encoders_of_the_shared_folder_give_their_hash_in_every_way(string folder, string hash) => Check(folder, 4, hash);

    [Fact]
    public void Both_halves_of_a_model_that_writes_are_proved() => Check("t5", 10, "ca1ae9c0d03d75fa038a614703ef5911a63201a7e45b09dcb63a3d420a3e3322");

    [Theory]
    [InlineData(0)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Every_vector_width_gives_the_hash(int bits)
    {
        using var device = Device.Cpu(new CpuOptions { Threads = 2, VectorBits = bits });
        using var encoder = EncoderModels.Load("bert", device: device);
        Assert.Equal(Bert, Convert.ToHexStringLower(EncoderBits.Hash(encoder, EncoderBits.Inputs(encoder.Config), 64, backwards: false, CancellationToken.None)));
        Assert.Equal(Written(null), Written(device));

        static byte[] Written(Device? device)
        {
            using var model = TextToTextModel.Load(EncoderModels.Folder("t5"), new LoadOptions { Device = device, Threads = device is null ? 1 : null });
            return TextToTextBits.Hash(model, 64, backwards: false, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("bert", "classifier.weight")]
    [InlineData("bert", "bert.encoder.layer.1.output.dense.weight")]
    [InlineData("t5", "decoder.block.1.layer.1.EncDecAttention.k.weight")]
    public void The_hash_is_that_of_the_weights(string name, string tensor)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(EncoderModels.Folder(name))) File.Copy(file, folder.Sub(Path.GetFileName(file)));
        var before = DeterminismVerifier.Verify(folder.Root).Hash;
        Damage(folder.Sub("model.safetensors"), tensor);
        var after = DeterminismVerifier.Verify(folder.Root);
        Assert.True(after.Passed);
        Assert.NotEqual(before, after.Hash);
    }

    [SharedFact("models/all-minilm-l6-v2")]
    public void The_real_encoder_gives_its_hash_over_several_blocks_of_keys()
    {
        using var encoder = TextEncoder.Load(SharedFolder.Path("models/all-minilm-l6-v2"), new LoadOptions { Tokenizer = false });
        var inputs = EncoderBits.Inputs(encoder.Config);
        Assert.Equal(300, inputs.Max(input => input.Tokens.Length));
        Assert.Equal("2acdcba3644202b74b1e58a390b46d1d70e544bfacf747fa613def3338ca4e02", Convert.ToHexStringLower(EncoderBits.Hash(encoder, inputs, 8, backwards: true, CancellationToken.None)));
    }

    private static void Check(string folder, int checks, string hash)
    {
        var report = DeterminismVerifier.Verify(EncoderModels.Folder(folder));
        Assert.All(report.Checks, check => Assert.True(check.Passed, check.Name));
        Assert.Equal(checks, report.Checks.Count);
        Assert.Equal(hash, report.Hash);
    }

    // The tensor's first number turns its sign.
    private static void Damage(string path, string tensor)
    {
        var bytes = File.ReadAllBytes(path);
        var header = (int)BitConverter.ToUInt64(bytes, 0);
        using var json = System.Text.Json.JsonDocument.Parse(bytes.AsMemory(8, header));
        bytes[8 + header + json.RootElement.GetProperty(tensor).GetProperty("data_offsets")[0].GetInt32() + 3] ^= 0x80;
        File.WriteAllBytes(path, bytes);
    }
}
