using System.IO.Compression;
using System.Text;

namespace Fathom.Formats.Tests;

public class DataSetTests
{
    [Fact]
    public void JsonLinesKeepTextExactlyAndOtherValuesAsTheyStand()
    {
        var rows = Read("d.jsonl", "{\"id\":1,\"question\":\" a \\u00df\\n😀 \",\"answer\":39.0,\"ok\":true,\"none\":null,\"list\":[1, {\"x\":2}]}\n{\"question\":\"b\"}\n\n  \n");
        Assert.Equal(2, rows.Count);
        Assert.Equal(" a ß\n😀 ", rows[0].Text);
        Assert.Equal("39.0", rows[0].Answer);
        Assert.Null(rows[0].Label);
        Assert.Equal((0, 1L), (rows[0].Index, rows[0].LineNumber));
        Assert.Equal(["id", "question", "answer", "ok", "none", "list"], rows[0].Fields.Keys);
        Assert.Equal(new DataValue(DataValueKind.Boolean, "true"), rows[0].Fields["ok"]);
        Assert.Equal(new DataValue(DataValueKind.Null, "null"), rows[0].Fields["none"]);
        Assert.Equal(new DataValue(DataValueKind.Nested, "[1, {\"x\":2}]"), rows[0].Fields["list"]);
        Assert.Null(rows[1].Answer);
    }

    [Theory]
    [InlineData("{\"content\":\"c\",\"input\":\"i\",\"prompt\":\"p\",\"sentence\":\"s\",\"text\":\"t\",\"question\":\"q\"}", "q")]
    [InlineData("{\"content\":\"c\",\"input\":\"i\",\"prompt\":\"p\",\"sentence\":\"s\",\"text\":\"t\"}", "t")]
    [InlineData("{\"content\":\"c\",\"input\":\"i\",\"prompt\":\"p\",\"sentence\":\"s\"}", "s")]
    [InlineData("{\"content\":\"c\",\"input\":\"i\",\"prompt\":\"p\"}", "p")]
    [InlineData("{\"content\":\"c\",\"input\":\"i\"}", "i")]
    [InlineData("{\"instruction\":\"n\",\"content\":\"c\"}", "c")]
    [InlineData("{\"instruction\":\"n\"}", "n")]
    public void TheUsualTextFieldIsFound(string row, string text) => Assert.Equal(text, Read("d.jsonl", row).Single().Text);

    [Fact]
    public void FieldsCanBeNamed()
    {
        var row = Read("d.jsonl", "{\"q\":7,\"kind\":\"k\",\"solution\":\"s\",\"label\":\"l\",\"answer\":\"a\"}", new DataOptions { TextField = "q", LabelField = "kind", AnswerField = "solution" }).Single();
        Assert.Equal(("7", "k", "s"), (row.Text, row.Label, row.Answer));
    }

    [Theory]
    [InlineData("d.jsonl", "{\"a\":1}", null, "line 1: has none of the usual text fields (question, text, sentence, prompt, input, content, instruction); its fields are 'a': name the one to read (--text-field)")]
    [InlineData("d.jsonl", "{\"text\":\"x\"}\n{\"txt\":\"x\"}", null, "line 2: has no field 'text' for the text; its fields are 'txt'")]
    [InlineData("d.jsonl", "{\"text\":\"x\"}", "other", "line 1: has no field 'other' for the text; its fields are 'text'")]
    [InlineData("d.jsonl", "{\"text\":[\"x\"]}", null, "line 1: the text field 'text' is an array or an object, a string was expected")]
    [InlineData("d.jsonl", "{\"text\":null}", null, "line 1: the text field 'text' is null")]
    [InlineData("d.jsonl", "{\"text\":\"x\",\"text\":\"y\"}", null, "line 1: has the field 'text' twice")]
    [InlineData("d.jsonl", "{\"text\":\"\\ud800\"}", null, "line 1: has a string with half a surrogate pair")]
    [InlineData("d.jsonl", "{\"text\":\"x\"", null, "line 1: not valid JSON at byte")]
    [InlineData("d.jsonl", "{\"text\":\"x\"} x", null, "line 1: not valid JSON at byte 14")]
    [InlineData("d.jsonl", "[1]", null, "line 1: is not a JSON object")]
    [InlineData("d.jsonl", "{\"text\":\"x\"}\n\n{\"text\":\"y\"}", null, "line 2: the line is empty")]
    [InlineData("d.jsonl", "", null, "has no rows")]
    [InlineData("d.jsonl", "\n \n", null, "has no rows")]
    [InlineData("d.tsv", "", null, "has no rows")]
    [InlineData("d.tsv", "text\tlabel\n", null, "has no rows")]
    [InlineData("d.tsv", "text\tlabel\na\tb\tc", null, "line 2: has 3 fields, the header has 2 ('text', 'label')")]
    [InlineData("d.tsv", "text\ttext\n", null, "line 1: the header has the field 'text' twice")]
    [InlineData("d.tsv", "\t\na\tb", null, "line 1: a header with the names of the fields was expected")]
    [InlineData("d.csv", "", null, "has no rows")]
    [InlineData("d.csv", "text,label\n", null, "has no rows")]
    [InlineData("d.csv", "text,label\na\n", null, "line 2: has 1 field, the header has 2")]
    [InlineData("d.csv", "text,label\na\"b,c\n", null, "line 2: has a quote inside a field that is not quoted")]
    [InlineData("d.csv", "text,label\n\"a\"b,c\n", null, "line 2: has text after a closing quote")]
    [InlineData("d.csv", "text,label\n\"a\nb\",c\n\"open,d\n", null, "line 4: opens a quoted field that is never closed")]
    [InlineData("d.csv", "te\"xt,label\na,b\n", null, "line 1: the header has a quote inside")]
    [InlineData("d.csv", "text,label\n\n\na,b\n", null, "line 2: the line is empty")]
    [InlineData("d.txt", "a\n\nb", null, "line 2: the line is empty")]
    [InlineData("d.txt", "a", "question", "line 1: has no field 'question' for the text; its fields are 'text'")]
    [InlineData("d.data", "nolabel", null, "line 1: has no label, space and text")]
    [InlineData("d.json", "", null, "has no rows")]
    [InlineData("d.json", "[]", null, "has no rows")]
    [InlineData("d.json", "[{\"text\":\"x\"}", null, "line 1: not valid JSON")]
    [InlineData("d.json", "[\n{\"text\":\"x\"},\n[1,2]]", null, "line 3: is not a JSON object")]
    public void WhatCannotBeReadNamesFileAndLine(string name, string content, string? field, string message)
    {
        var refusal = Assert.Throws<FathomException>(() => Read(name, content, new DataOptions { TextField = field }));
        Assert.StartsWith($"{name}: {message}", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Theory]
    [InlineData("d.jsonl", "{\"text\":\"ok\"}\n{\"text\":\"", "\"}")]
    [InlineData("d.txt", "ok\nx", "")]
    [InlineData("d.tsv", "text\tlabel\nx", "\tl")]
    [InlineData("d.csv", "text,label\n\"x", "\",l")]
    [InlineData("d.data", "1 ok\n0 x", "")]
    public void InvalidUtf8NamesTheLine(string name, string before, string after)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes(before), 0xC3, 0x28, .. Encoding.UTF8.GetBytes(after)];
        Assert.StartsWith($"{name}: line 2: not valid UTF-8", Assert.Throws<FathomException>(() => Read(name, content)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d.jsonl")]
    [InlineData("d.csv")]
    [InlineData("d.txt")]
    public void Utf16IsRefusedByName(string name) =>
        Assert.Contains("is UTF-16", Assert.Throws<FathomException>(() => Read(name, Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("text,label\na,b")).ToArray())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("d.jsonl", "{\"text\":\"a\"}\r\n{\"text\":\"b\"}\r\n")]
    [InlineData("d.json", "[{\"text\":\"a\"},\r\n{\"text\":\"b\"}]")]
    [InlineData("d.csv", "text\r\na\r\nb\r\n\r\n")]
    [InlineData("d.tsv", "text\r\na\r\nb")]
    [InlineData("d.txt", "a\r\nb\r\n\r\n")]
    [InlineData("d.data", "0 a\r\n1 b\r\n")]
    public void MarksAndWindowsLineEndsAreNotPartOfTheText(string name, string content)
    {
        Assert.Equal(["a", "b"], Read(name, content).Select(row => row.Text));
        Assert.Equal(["a", "b"], Read(name, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(content)]).Select(row => row.Text));
    }

    [Fact]
    public void CsvFieldsMayHoldCommasQuotesAndLineBreaks()
    {
        var rows = Read("d.csv", ",text,label\n0,\"a, \"\"b\"\"\nc\",x\n1, d ,\n");
        Assert.Equal(["a, \"b\"\nc", " d "], rows.Select(row => row.Text));
        Assert.Equal(["x", ""], rows.Select(row => row.Label));
        Assert.Equal([2L, 4], rows.Select(row => row.LineNumber));
        Assert.Equal("0", rows[0].Fields[""].Text);
    }

    [Fact]
    public void TsvHasNoQuoting() => Assert.Equal("\"a\" b", Read("d.tsv", "text\tlabel\n\"a\" b\tl\n").Single().Text);

    [Fact]
    public void ALimitReadsNoFurther()
    {
        var rows = Read("d.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\nbroken", new DataOptions { Limit = 2 });
        Assert.Equal(["a", "b"], rows.Select(row => row.Text));
        Assert.Throws<FathomException>(() => Read("d.jsonl", "{}", new DataOptions { Limit = 0 }));
    }

    [Fact]
    public void MalformedRowsCanBeLeftOutAndCounted()
    {
        var malformed = new List<MalformedRow>();
        var rows = Read("d.jsonl", "nonsense\n{\"text\":\"a\"}\n\n{\"other\":1}\n{\"text\":\"b\"}", new DataOptions { OnMalformed = malformed.Add });
        Assert.Equal([0, 1], rows.Select(row => row.Index));
        Assert.Equal([2L, 5], rows.Select(row => row.LineNumber));
        Assert.Equal([1L, 3, 4], malformed.Select(row => row.LineNumber));
        Assert.All(malformed, row => Assert.Equal("d.jsonl", row.File));
        Assert.Equal("d.jsonl: has no row that can be read; 1 are malformed", Assert.Throws<FathomException>(() => Read("d.jsonl", "x", new DataOptions { OnMalformed = malformed.Add })).Message);
    }

    [Fact]
    public void GzipIsUnpackedAndMustBeWhole()
    {
        using var folder = new TempFolder();
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"text\":\"{i * 7919 % 5003}\"}}\n"))));
        var whole = packed.ToArray();
        Assert.Equal(5000, DataSet.Read(folder.Write("d.jsonl.gz", whole)).Count());
        Assert.Equal(10_000, DataSet.Read(folder.Write("two.JSONL.GZ", [.. whole, .. whole])).Count());

        for (var length = 1; length < whole.Length; length += length < 64 || length > whole.Length - 64 ? 1 : 97)
            Assert.Throws<FathomException>(() => DataSet.Read(folder.Write("cut.jsonl.gz", whole[..length])).Count());
        Assert.Contains("not a whole gzip file", Assert.Throws<FathomException>(() => DataSet.Read(folder.Write("more.jsonl.gz", [.. whole, 0, 0])).Count()).Message, StringComparison.Ordinal);
        whole[whole.Length / 2] ^= 4;
        Assert.Throws<FathomException>(() => DataSet.Read(folder.Write("flipped.jsonl.gz", whole)).Count());
        Assert.Contains("not a whole gzip file", Assert.Throws<FathomException>(() => DataSet.Read(folder.Write("text.txt.gz", "plain")).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesThatAreNotThereAndUnknownNamesAreRefusedAtOnce()
    {
        using var folder = new TempFolder();
        Assert.Equal($"{folder["x.jsonl"]}: no such file", Assert.Throws<FathomException>(() => DataSet.Read(folder["x.jsonl"])).Message);
        Assert.Contains("stands for no data format; known are .jsonl", Assert.Throws<FathomException>(() => DataSet.Read(folder.Write("x.parquet", "x"))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder["d.txt"]);
        Assert.Equal($"{folder["d.txt"]}: is a folder, a file was expected", Assert.Throws<FathomException>(() => DataSet.Read(folder["d.txt"])).Message);
        Assert.Equal("a", DataSet.Read(folder.Write("x.en", "a\n"), new DataOptions { Format = DataFormat.Text }).Single().Text);
    }

    [Fact]
    public void TextsAreTrimmedOnlyWhereAsked()
    {
        const string Rows = "{\"text\":\" a b \\n\",\"answer\":\" x\"}\n{\"text\":\"c\"}";
        Assert.Equal([" a b \n", "c"], Read("d.jsonl", Rows).Select(row => row.Text));
        var trimmed = Read("d.jsonl", Rows, new DataOptions { Trim = true });
        Assert.Equal(["a b", "c"], trimmed.Select(row => row.Text));
        Assert.Equal("a b", trimmed[0].Fields["text"].Text);
        Assert.Equal(" x", trimmed[0].Answer);
    }

    [Fact]
    public void ALineLongerThanTheBufferIsWhole()
    {
        var text = new string('x', 300_000) + "ß";
        Assert.Equal([text, "b"], Read("d.txt", text + "\nb").Select(row => row.Text));
    }

    [Fact]
    public void ALineWithoutEndIsRefusedInBoundedMemory()
    {
        using var endless = new EndlessStream((byte)'x');
        Assert.Equal("d.txt: line 1 is longer than 64 MiB; rows are one a line", Assert.Throws<FathomException>(() => DataSet.Read(endless, "d.txt").Count()).Message);
        using var quoted = new EndlessStream((byte)'"', (byte)'x');
        Assert.Contains("not valid CSV", Assert.Throws<FathomException>(() => DataSet.Read(quoted, "d.csv").Count()).Message, StringComparison.Ordinal);
    }

    internal static List<DataRow> Read(string name, string content, DataOptions? options = null) => Read(name, Encoding.UTF8.GetBytes(content), options);

    internal static List<DataRow> Read(string name, byte[] content, DataOptions? options = null) => [.. DataSet.Read(new MemoryStream(content), name, options)];
}
