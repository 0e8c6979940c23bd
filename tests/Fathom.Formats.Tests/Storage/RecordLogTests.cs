using System.Text;
using Fathom.Testing.Mutation;

namespace Fathom.Formats.Tests;

public class RecordLogTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["model"] = "smollm2", ["seed"] = "7" };

    [Fact]
    public void RecordsComeBackInOrder()
    {
        using var folder = new TempFolder();
        Assert.Equal(["", "b", "größer"], Reopen(Written(folder, "", "b", "größer")));
        Assert.Equal(["", "b", "größer"], RecordLog.Read(folder["log"]).Select(Encoding.UTF8.GetString));
        Assert.Equal(["log"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void ALogCanBeGoneOnWithWhereverItWasCut()
    {
        using var folder = new TempFolder();
        var whole = File.ReadAllBytes(Written(folder, "first", "second record", "", "fourth"));
        var ends = Ends(folder, ["first", "second record", "", "fourth"]);
        for (var length = 0; length <= whole.Length; length++)
        {
            var path = folder.Write("cut", whole[..length]);
            var expected = ends.Count(end => end <= length);
            var replayed = new List<string>();
            using (var log = RecordLog.Open(path, Settings, record => replayed.Add(Encoding.UTF8.GetString(record))))
            {
                Assert.Equal(expected, log.Count);
                Assert.Equal(length < ends[0] - 12 - 5 ? 0 : length - (expected == 0 ? ends[0] - 12 - 5 : ends[expected - 1]), log.DroppedBytes);
                foreach (var rest in new[] { "first", "second record", "", "fourth" }.Skip(expected)) log.Append(Encoding.UTF8.GetBytes(rest));
            }

            Assert.Equal(expected, replayed.Count);
            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void NoFlippedBitGivesAWrongRecord()
    {
        using var folder = new TempFolder();
        string[] records = ["first", "second record", "third"];
        var whole = File.ReadAllBytes(Written(folder, records));
        var ends = Ends(folder, records);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var flipped = (byte[])whole.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            using var file = FileBytes.Of(flipped, "flipped");
            var replayed = new List<string>();
            var before = ends.Count(end => end <= bit / 8);
            try
            {
                RecordLogReader.Replay(file, Settings, record => replayed.Add(Encoding.UTF8.GetString(record)));

                // Only damage in the last record can pass for a torn tail.
                Assert.True(bit / 8 >= ends[^2], $"bit {bit}");
            }
            catch (FathomException refusal)
            {
                Assert.True(bit / 8 < ends[^2], $"bit {bit}: {refusal.Message}");
            }

            if (bit / 8 >= ends[0] - 12 - 5) Assert.Equal(records[..before], replayed);
            else Assert.Empty(replayed);
        }
    }

    [Fact]
    public void OtherSettingsAreRefusedByName()
    {
        using var folder = new TempFolder();
        Written(folder, "a");
        void Refuses(string message, Dictionary<string, string> settings) =>
            Assert.Contains(message, Assert.Throws<FathomException>(() => RecordLog.Open(folder["log"], settings)).Message, StringComparison.Ordinal);

        Refuses("was begun with seed '7' and cannot be gone on with seed '8'", new() { ["model"] = "smollm2", ["seed"] = "8" });
        Refuses("was begun with seed '7' and cannot be gone on with no seed", new() { ["model"] = "smollm2" });
        Refuses("was begun with no limit and cannot be gone on with limit '5'", new(Settings) { ["limit"] = "5" });
        Assert.Equal(["a"], Reopen(folder["log"]));
    }

    [Fact]
    public void DamageBeforeTheTailIsNotTakenForAKill()
    {
        using var folder = new TempFolder();
        var path = Written(folder, "first", "second", "third");
        var bytes = File.ReadAllBytes(path);
        bytes[^20] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("record 1 at byte", Assert.Throws<FathomException>(() => RecordLog.Open(path, Settings)).Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void ATornTailIsNeverMistakenForWhatItsPayloadHolds()
    {
        // The payload of a torn record is itself a whole log; its records lie elsewhere than their checksums say.
        using var folder = new TempFolder();
        var inner = File.ReadAllBytes(Written(folder, "inner", "records"));
        using (var log = RecordLog.Open(folder["outer"], Settings)) log.Append(inner);
        var outer = File.ReadAllBytes(folder["outer"]);
        Assert.Empty(Reopen(folder.Write("outer", outer[..^1])));
    }

    [Fact]
    public void ALogIsWrittenByOneAndReadByMany()
    {
        using var folder = new TempFolder();
        using var log = RecordLog.Open(folder["log"], Settings);
        log.Append("a"u8);
        Assert.Contains("is being written by another program", Assert.Throws<FathomException>(() => RecordLog.Open(folder["log"], Settings)).Message, StringComparison.Ordinal);
        Assert.Single(RecordLog.Read(folder["log"]));
        log.Append("b"u8);
        Assert.Equal(2, RecordLog.Read(folder["log"]).Count());
    }

    [Fact]
    public void ManyThreadsMayAppend()
    {
        using var folder = new TempFolder();
        using (var log = RecordLog.Open(folder["log"], Settings))
        {
            Parallel.For(0, 200, i => log.Append(Encoding.UTF8.GetBytes(new string('x', i))));
            Assert.Equal(200, log.Count);
        }

        Assert.Equal(Enumerable.Range(0, 200), Reopen(folder["log"]).Select(record => record.Length).Order());
    }

    [Fact]
    public void OtherFilesAreRefused()
    {
        using var folder = new TempFolder();
        Assert.Contains("is not a Fathom record log", Assert.Throws<FathomException>(() => RecordLog.Open(folder.Write("text", "some other file that is long enough"), Settings)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<FathomException>(() => RecordLog.Read(folder["absent"]).Count()).Message, StringComparison.Ordinal);
        Assert.Contains("its folder does not exist", Assert.Throws<FathomException>(() => RecordLog.Open(folder["no/log"], Settings)).Message, StringComparison.Ordinal);
        var newer = File.ReadAllBytes(Written(folder, "a"));
        newer[8] = 2;
        Assert.Contains("version 2, this program reads version 1", Assert.Throws<FathomException>(() => RecordLog.Open(folder.Write("newer", newer), Settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullDiskIsOneClearLine()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder["log"], "/dev/full");
        Assert.Contains("/log: the disk is full", Assert.Throws<FathomException>(() => RecordLog.Open(folder["log"], Settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedLogsAreReadOrRefused()
    {
        using var folder = new TempFolder();
        MutationRun.Of("record log", [File.ReadAllBytes(Written(folder, "first", new string('x', 100), "third"))], content =>
        {
            using var file = FileBytes.Of(content, "mutated.log");
            var (end, count) = RecordLogReader.Replay(file, Settings, record => Assert.True(record.Length < content.Length));
            Assert.InRange(end, 0, content.Length);
            Assert.InRange(count, 0, content.Length);
        });
    }

    private static string Written(TempFolder folder, params string[] records)
    {
        File.Delete(folder["log"]);
        using var log = RecordLog.Open(folder["log"], Settings);
        foreach (var record in records) log.Append(Encoding.UTF8.GetBytes(record));
        log.Sync();
        return log.Path;
    }

    private static List<string> Reopen(string path)
    {
        var records = new List<string>();
        using var log = RecordLog.Open(path, Settings, record => records.Add(Encoding.UTF8.GetString(record)));
        return records;
    }

    private static long[] Ends(TempFolder folder, string[] records)
    {
        using var log = RecordLog.Open(folder["ends"], Settings);
        var ends = new List<long>();
        foreach (var record in records)
        {
            log.Append(Encoding.UTF8.GetBytes(record));
            ends.Add(new FileInfo(folder["ends"]).Length);
        }

        return [.. ends];
    }
}
