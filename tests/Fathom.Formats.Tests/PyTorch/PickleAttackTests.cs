using Fathom.Testing.Mutation;

namespace Fathom.Formats.Tests.PyTorch;

/// <summary>What hostile pickles and archives try, published or not: each is refused, and nothing is run, expanded or read beside the file.</summary>
public sealed class PickleAttackTests
{
    // CVE-2025-32434 (weights_only), CVE-2022-45907 (parse_type_line), CVE-2025-1716 (pip.main), and what picklescan and fickling list: names that lead to code.
    public static TheoryData<string, string> Callables() => new()
    {
        { "os", "system" }, { "posix", "system" }, { "nt", "system" }, { "subprocess", "Popen" }, { "builtins", "eval" }, { "builtins", "exec" }, { "builtins", "getattr" }, { "__builtin__", "apply" },
        { "torch.storage", "_load_from_bytes" }, { "torch", "load" }, { "torch.hub", "load" }, { "torch.jit", "load" }, { "torch._utils", "_rebuild_wrapper_subclass" }, { "torch.jit.annotations", "parse_type_line" }, { "torch.utils._config_module", "load_config" },
        { "torch._utils._rebuild_tensor_v2", "__globals__" }, { "numpy.core.multiarray", "_reconstruct" }, { "pip", "main" }, { "runpy", "_run_code" }, { "webbrowser", "open" }, { "socket", "create_connection" }, { "operator", "attrgetter" }, { "functools", "partial" }, { "collections", "OrderedDict.fromkeys" }, { "copyreg", "_reconstructor" }, { "timeit", "timeit" }, { "code", "interact" }, { "asyncio.unix_events", "_UnixSubprocessTransport._start" },
    };

    [Theory]
    [MemberData(nameof(Callables))]
    public void NamesThatLeadToCodeAreRefusedByName(string module, string name)
    {
        Refused(PickleBytes.Dictionary(pickle => pickle.Global(module, name).Text("touch /tmp/fathom-was-here").Op(0x85).Op('R')), $"{module}.{name}");

        // The same by STACK_GLOBAL, by INST, and never called at all.
        Refused(PickleBytes.Dictionary(pickle => pickle.Text(module).Text(name).Op(0x93).Op(')').Op('R')), $"{module}.{name}");
        Refused(PickleBytes.Dictionary(pickle => pickle.Op('(').Text("x").Op('i').Op(System.Text.Encoding.ASCII.GetBytes($"{module}\n{name}\n"))), $"{module}.{name}");
        Refused(PickleBytes.Dictionary(pickle => pickle.Global(module, name)), $"{module}.{name}");
    }

    [Theory]
    [InlineData('0', "POP")]
    [InlineData('2', "DUP")]
    [InlineData('o', "OBJ")]
    [InlineData('P', "PERSID")]
    [InlineData('\u0082', "EXT1")]
    [InlineData('\u0092', "NEWOBJ_EX")]
    [InlineData('\u0097', "NEXT_BUFFER")]
    [InlineData('\u00ff', "0xff")]
    public void OpcodesNoTensorNeedsAreRefused(char code, string name) => Refused(PickleBytes.Dictionary(pickle => pickle.Op((byte)code)), name);

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 }, "reaches element 4")]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 }, "reaches element 4")]
    [InlineData(4, -1, new long[] { 1 }, new long[] { 1 }, "negative")]
    [InlineData(4, 0, new long[] { -1 }, new long[] { 1 }, "negative")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { -2, 1 }, "negative")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { 4 }, "reaches element 4")]
    [InlineData(4, 0, new long[] { 1000000000000 }, new long[] { 0 }, "repeats")]
    [InlineData(4, 0, new long[] { 5, 1 }, new long[] { 0, 1 }, "repeats")]
    [InlineData(4, 0, new long[] { 4611686018427387904, 4 }, new long[] { 1, 1 }, "more than a file can hold")]
    [InlineData(4, 0, new long[] { 0, 4611686018427387904, 4 }, new long[] { 1, 1, 1 }, "more than a file can hold")]
    [InlineData(4, 0, new long[] { 3 }, new long[] { 9223372036854775807 }, "more than a file can hold")]
    [InlineData(4, 9223372036854775807, new long[] { 2 }, new long[] { 1 }, "more than a file can hold")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 1 }, "2 dimensions and 1 strides")]
    [InlineData(5, 0, new long[] { 1 }, new long[] { 1 }, "its 5 elements take 20")]
    [InlineData(4611686018427387904, 0, new long[] { 1 }, new long[] { 1 }, "persistent id")]
    [InlineData(-4, 0, new long[] { 1 }, new long[] { 1 }, "persistent id")]
    public void ViewsOutsideOfTheirStorageAreRefused(long elements, long offset, long[] shape, long[] strides, string expected) =>
        Refused(PickleBytes.Dictionary(pickle => pickle.Tensor(elements, offset, shape, strides)), expected);

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("1")]
    public void AStorageIsAnEntryOfTheArchiveOrNothing(string key) => Refused(PickleBytes.Dictionary(pickle => pickle.Tensor(4, 0, [4], [1], key: key)), "has no storage");

    [Fact]
    public void ABillionLaughsStaysSmall()
    {
        // Each list holds the one before it ten times; written out it would be 10^40 long.
        var pickle = new PickleBytes().Op(']').Op((byte)'q', 0);
        for (var i = 0; i < 40; i++)
        {
            pickle.Op(']').Op('(');
            for (var j = 0; j < 10; j++) pickle.Op((byte)'h', (byte)i);
            pickle.Op('e').Op((byte)'q', (byte)(i + 1));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused([.. pickle.End()], "ends with 41 values");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void DeepNestingEndsNoProcess()
    {
        var deep = new PickleBytes();
        for (var i = 0; i < 1_000_000; i++) deep.Op(']');
        for (var i = 1; i < 1_000_000; i++) deep.Op('a');
        Refused(deep.End(), "no dictionary of tensors");
        var tuples = new PickleBytes().Op('N');
        for (var i = 0; i < 1_000_000; i++) tuples.Op(0x85);
        Refused(tuples.End(), "no dictionary of tensors");
    }

    [Fact]
    public void AListThatHoldsItselfIsNoTrouble() => Refused(new PickleBytes().Op(']').Op((byte)'q', 0).Op((byte)'h', 0).Op('a').End(), "no dictionary of tensors");

    [Theory]
    [InlineData(new byte[] { (byte)'X', 255, 255, 255, 255 }, "more bytes")]
    [InlineData(new byte[] { (byte)'X', 255, 255, 255, 127 }, "more bytes")]
    [InlineData(new byte[] { (byte)'T', 255, 255, 255, 255 }, "negative length")]
    [InlineData(new byte[] { 0x8d, 255, 255, 255, 255, 255, 255, 255, 255 }, "no pickle has")]
    [InlineData(new byte[] { 0x8a, 255 }, "integer of 255 bytes")]
    [InlineData(new byte[] { (byte)'j', 255, 255, 255, 255 }, "which it never kept")]
    [InlineData(new byte[] { (byte)'R' }, "more values than there are")]
    [InlineData(new byte[] { (byte)'t' }, "no mark")]
    [InlineData(new byte[] { (byte)'q', 0 }, "remembers a value")]
    [InlineData(new byte[] { (byte)'K', 1, (byte)'Q' }, "persistent id that is no tuple")]
    [InlineData(new byte[] { (byte)'N', (byte)'K', 1, (byte)'b' }, "sets the state")]
    [InlineData(new byte[] { (byte)'N', (byte)'K', 1, (byte)'R' }, "cannot be called")]
    [InlineData(new byte[] { (byte)'}', (byte)'N', (byte)'N', (byte)'s' }, "key that is neither")]
    [InlineData(new byte[] { 0x80, 9 }, "protocol 9")]
    [InlineData(new byte[] { (byte)'c', (byte)'x' }, "without an end")]
    public void BrokenPicklesAreRefused(byte[] code, string expected) => Refused([0x80, 2, .. code, (byte)'.'], expected);

    [Fact]
    public void TransposedViewsCannotAskForAnyMemory()
    {
        var pickle = new PickleBytes().Op('}').Op('(');
        for (var i = 0; i < 50; i++) pickle.Text($"t{i}").Tensor(16_384, 0, [128, 128], [1, 128]);
        using var file = PyTorchFile.Parse(PickleBytes.Checkpoint(pickle.Op('u').End(), 65_536), "views.bin");
        Assert.Contains("more than twice", Assert.Throws<FathomException>(() => file.Names.Select(name => file.GetTensor(name)).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CompressedEntriesAreRefused() => RefusedArchive(new ZipBytes { Method = 8 }.Add("a/data.pkl", [1, 2]).Build(), "compressed");

    // CVE-2025-1945: flag bits that make scanners fail where PyTorch goes on.
    [Fact]
    public void EncryptedEntriesAreRefused() => RefusedArchive(new ZipBytes { Flags = 1 }.Add("a/data.pkl", [1, 2]).Build(), "encrypted");

    [Fact]
    public void OverlappingEntriesAreRefused() => RefusedArchive(new ZipBytes { Place = 0, OtherName = "a/x" }.Add("a/x", new byte[100]).Add("a/y", new byte[100]).Build(), "another name");

    [Fact]
    public void EntriesInsideOthersAreRefused()
    {
        // An archive whose second entry lies within the content of the first (Fifield's bomb).
        var inner = new ZipBytes().Add("a/data/0", new byte[8]).Build();
        var archive = new ZipBytes { Place = 30 + 10 }.Add("a/data.pkl", inner).Add("a/data/0", new byte[8]).Build();
        RefusedArchive(archive, "overlap");
    }

    // CVE-2025-1944: another name in the entry's own head than in the directory, so that scanner and reader see two files.
    [Fact]
    public void EntriesWithTwoNamesAreRefused() => RefusedArchive(new ZipBytes { OtherName = "a/other.pkl" }.Add("a/data.pkl", [1]).Build(), "another name in its own head");

    [Fact]
    public void DoubledEntriesAreRefused() => RefusedArchive(new ZipBytes().Add("a/data.pkl", [1]).Add("a/data.pkl", [2]).Build(), "is there twice");

    [Fact]
    public void LyingLengthsAreRefused()
    {
        RefusedArchive(new ZipBytes { Size = 4_000_000_000 }.Add("a/data.pkl", [1]).Build(), "ends outside");
        RefusedArchive(new ZipBytes().Add("a/data.pkl", [1]).Build(count: 60_000), "cannot hold 60000 entries");
    }

    [Fact]
    public void TwoPicklesAreRefused() => RefusedArchive(new ZipBytes().Add("a/data.pkl", [1]).Add("b/data.pkl", [2]).Build(), "has 2 files data.pkl");

    [Fact]
    public void BigEndianIsRefused() => RefusedArchive(new ZipBytes().Add("a/data.pkl", [1]).Add("a/byteorder", "big"u8.ToArray()).Build(), "big-endian");

    [Fact]
    public void DamageOfThePickleIsSeen()
    {
        var archive = PickleBytes.Checkpoint(PickleBytes.Dictionary(pickle => pickle.Tensor(4, 0, [4], [1])));
        using (var file = PyTorchFile.Parse(archive)) Assert.Equal(["weight"], file.Names);
        archive[60] ^= 1;
        RefusedArchive(archive, "checksum");
    }

    [Theory]
    [InlineData("zip.bin")]
    [InlineData("legacy.bin")]
    public void DamagedCheckpointsAreReadOrRefused(string name) => MutationRun.Of(name, [File.ReadAllBytes(PyTorchFileTests.Golden(name))], Use);

    [Fact]
    public void DamagedPicklesAreReadOrRefused()
    {
        // Past the checksum, which would stop most damage.
        var original = File.ReadAllBytes(PyTorchFileTests.Golden("zip.bin"));
        using var bytes = FileBytes.Of(original, "x");
        Assert.True(ZipContainer.Read(bytes).TryFind("zip/data.pkl", out var place));
        MutationRun.Of("pickle", [original.AsSpan((int)place.Start, (int)place.Length).ToArray()], damaged =>
        {
            using var file = FileBytes.Of(damaged, "mutated.pkl");
            new PickleMachine(file, "data.pkl", 0, file.Length, id =>
            {
                var (key, type, elements) = PyTorchZip.Parse(file, id);
                return new PickleStorage(key, type, elements);
            }).Run();
        });
    }

    private static void Use(byte[] content)
    {
        using var file = PyTorchFile.Parse(content, "mutated.bin");
        foreach (var name in file.Names) Assert.NotNull(PyTorchFileTests.Values(file.GetTensor(name)));
    }

    private static void Refused(byte[] pickle, string expected) => RefusedArchive(PickleBytes.Checkpoint(pickle), expected);

    private static void RefusedArchive(byte[] content, string expected)
    {
        var message = Assert.Throws<FathomException>(() => PyTorchFile.Parse(content, "hostile.bin")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith("hostile.bin", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.False(File.Exists("/tmp/fathom-was-here"));
    }
}
