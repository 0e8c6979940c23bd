using System.Text;
using Fathom.Testing.Mutation;

namespace Fathom.Formats.Tests;

public class DataMutationTests
{
    private const string Rows = "{\"id\":1,\"question\":\"How many? 12 \\u00df😀\",\"answer\":39.0,\"list\":[1,{\"x\":2}]}\n{\"id\":2,\"question\":\"b\",\"answer\":null,\"ok\":true}\r\n{\"question\":\"c\"}\n";
    private const string Table = "text,label,n\n\"a, \"\"b\"\"\nc\",x,1\nplain,y,22\n\"ß😀\",z,333\n";

    [Theory]
    [InlineData("m.jsonl", Rows)]
    [InlineData("m.json", "[{\"text\":\"a\"},\n{\"text\":\"b\",\"n\":[1,2,{\"x\":null}]},{\"text\":\"c\"}]")]
    [InlineData("m.csv", Table)]
    [InlineData("m.tsv", "text\tlabel\nfirst one\tx 1\n\"quoted\"\ty 22\nß😀\tz\n")]
    [InlineData("m.txt", "a line\n 12 with ß😀\nlast")]
    [InlineData("m.data", "1 a b c\n0 d 12 ß😀\n")]
    public void DamagedFilesAreReadOrRefused(string name, string content)
    {
        // The strict reading must refuse much of it; leaving malformed rows out must go through more of the file.
        MutationRun.Of(name, [Encoding.UTF8.GetBytes(content)], bytes =>
        {
            var left = 0;
            try
            {
                DataSetTests.Read(name, bytes, new DataOptions { OnMalformed = _ => left++ });
            }
            catch (FathomException)
            {
                // The strict reading below gives its own verdict.
            }

            var rows = DataSetTests.Read(name, bytes);
            Assert.NotEmpty(rows);
            Assert.Equal(0, left);
        }, leastRefused: name is "m.txt" or "m.data" ? 0.02 : 0.1);
    }
}
