using System.Diagnostics;

namespace Fathom.Formats.Tests;

/// <summary>
/// Gives a parser thousands of damaged files (10^4; <c>FATHOM_MUTATIONS=N</c> for N): it may read them or refuse them with
/// <see cref="FathomException"/>, within a second and without allocating what a file's lying numbers ask for.
/// </summary>
internal static class MutationRun
{
    // Parsed objects are larger than their text, but by a bounded factor: {} costs 2 bytes and becomes a row.
    private const long BytesPerByte = 400;
    private const long BytesFree = 4 << 20;

    public static void Of(string parser, byte[][] originals, Action<byte[]> parse, double leastRefused = 0.1)
    {
        foreach (var original in originals) parse(original);
        var count = long.TryParse(Environment.GetEnvironmentVariable("FATHOM_MUTATIONS"), out var asked) ? asked : 10_000;
        var mutator = new Mutator(20_260_101);
        long refused = 0;
        for (long number = 0; number < count; number++)
        {
            var damaged = mutator.Mutate(originals[number % originals.Length], number);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            try
            {
                parse(damaged);
            }
            catch (FathomException refusal)
            {
                refused++;
                Assert.False(refusal.Message.AsSpan().ContainsAny('\n', '\r'), $"{parser}, file {number}: more than one line: {refusal.Message}");
                Assert.True(refusal.Message.Length < 2000, $"{parser}, file {number}: a message of {refusal.Message.Length} characters");
            }
            catch (Exception other)
            {
                Assert.Fail($"{parser}, file {number}: {other}");
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(seconds < 1, $"{parser}, file {number}: took {seconds:F2} s");
            Assert.True(allocated < BytesFree + BytesPerByte * damaged.Length, $"{parser}, file {number}: {damaged.Length} bytes made it allocate {allocated}");
        }

        // A parser that takes everything is not tested by this.
        Assert.True(refused > count * leastRefused, $"{parser}: only {refused} of {count} damaged files were refused");
    }
}
