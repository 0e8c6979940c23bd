using System.Diagnostics;
using System.Globalization;

namespace Fathom.Testing.Mutation;

/// <summary>
/// Gives a parser thousands of damaged files (10^4; <c>FATHOM_MUTATIONS=N</c> for N): it may read them or refuse them with
/// <see cref="FathomException"/>, within a second and without allocating what a file's lying numbers ask for. Every file follows from its
/// number, and <c>FATHOM_MUTATION_FIRST=N</c> begins there: with <c>FATHOM_MUTATIONS=1</c> one is looked at again.
/// <c>FATHOM_MUTATION_LOG=FILE</c> gets a line a parser.
/// </summary>
public static class MutationRun
{
    // Parsed objects are larger than their text, but by a bounded factor: {} costs 2 bytes and becomes a row.
    private const long BytesPerByte = 400;
    private const long BytesFree = 4 << 20;
    private const double MostSeconds = 1;

    /// <summary>Files damaged byte by byte and, where they are JSON, part by part.</summary>
    /// <param name="parser">Its name, for messages.</param>
    /// <param name="originals">Sound files.</param>
    /// <param name="parse">Reads a file and uses what it gets.</param>
    /// <param name="leastRefused">Share of the files that must be refused: a parser that takes everything is not tested.</param>
    /// <param name="bytesFree">Memory that reading any file may take, beside 400 bytes for each of its own.</param>
    public static void Of(string parser, byte[][] originals, Action<byte[]> parse, double leastRefused = 0.1, long bytesFree = BytesFree)
    {
        foreach (var original in originals) parse(original);
        var (bytes, parts) = (new Mutator(20_260_101), new JsonMutator(20_261_123));
        var trees = Array.ConvertAll(originals, JsonMutator.TryParse);
        Of(parser, number =>
        {
            var (original, tree) = (originals[number % originals.Length], trees[number % originals.Length]);
            return tree is not null && number / originals.Length % 2 == 1 ? parts.Mutate(tree, number) : bytes.Mutate(original, number);
        }, parse, file => bytesFree + BytesPerByte * file.Length, leastRefused);
    }

    /// <summary>Inputs of any kind, made from their numbers.</summary>
    /// <param name="parser">Its name, for messages.</param>
    /// <param name="make">Makes the input of a number.</param>
    /// <param name="use">Reads and uses it.</param>
    /// <param name="mostBytes">Memory that an input may take.</param>
    /// <param name="leastRefused">Share of the inputs that must be refused.</param>
    public static void Of<T>(string parser, Func<long, T> make, Action<T> use, Func<T, long> mostBytes, double leastRefused)
    {
        var (first, count) = (Asked("FATHOM_MUTATION_FIRST", 0), Asked("FATHOM_MUTATIONS", 10_000));
        var (refused, slowest, largest, all) = (0L, 0.0, 0L, Stopwatch.StartNew());
        for (var number = first; number < first + count; number++)
        {
            var input = make(number);
            var (seconds, allocated, wasRefused) = Try(parser, number, input, use);

            // A busy machine may stop this thread for longer than the work takes: the slow ones are looked at again.
            for (var again = 0; again < 3 && seconds >= MostSeconds; again++) seconds = Math.Min(seconds, Try(parser, number, input, use).Seconds);
            Assert.True(seconds < MostSeconds, $"{parser}, file {number}: took {seconds:F2} s");
            Assert.True(allocated <= mostBytes(input), $"{parser}, file {number}: made it allocate {allocated} bytes, more than {mostBytes(input)}");
            (refused, slowest, largest) = (refused + (wasRefused ? 1 : 0), Math.Max(slowest, seconds), Math.Max(largest, allocated));
        }

        Assert.True(count < 1000 || refused > count * leastRefused, $"{parser}: only {refused} of {count} damaged files were refused");
        if (Environment.GetEnvironmentVariable("FATHOM_MUTATION_LOG") is { Length: > 0 } log)
            File.AppendAllText(log, string.Create(CultureInfo.InvariantCulture, $"{parser}: {count} files, {refused} refused, {count - refused} read, {all.Elapsed.TotalSeconds:F0} s; slowest {slowest * 1000:F0} ms, largest {largest / 1024.0 / 1024:F1} MiB\n"));
    }

    private static long Asked(string variable, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : otherwise;

    private static (double Seconds, long Allocated, bool Refused) Try<T>(string parser, long number, T input, Action<T> use)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        var refused = false;
        try
        {
            use(input);
        }
        catch (FathomException refusal)
        {
            refused = true;
            Assert.False(refusal.Message.AsSpan().ContainsAny('\n', '\r'), $"{parser}, file {number}: more than one line: {refusal.Message}");
            Assert.True(refusal.Message.Length < 2000, $"{parser}, file {number}: a message of {refusal.Message.Length} characters");
        }
        catch (Exception other)
        {
            Assert.Fail($"{parser}, file {number}: {other}");
        }

        return (Stopwatch.GetElapsedTime(start).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - allocated, refused);
    }
}
