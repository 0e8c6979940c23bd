using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fathom.Insight.Evaluation;

namespace Fathom.Parity.Tests.Methods;

/// <summary>ood.json <c>near_ood_splits</c> and <c>data_counts</c>; authors/llm-ood/splits.json.</summary>
public sealed class SplitTests
{
    private static readonly string[] Banking =
    [
        "freeze_account", "routing", "pin_change", "due_bill", "pay_bill", "account_blocked", "interest_rate", "min_payment", "bill_balance", "money_transfer", "order_checks", "balance", "spending_history", "transactions", "report_fraud",
    ];

    private static readonly string[] Travel =
    [
        "plug_type", "notification_of_travel", "translate", "flight_status", "international_visa", "timezone", "exchange_rate", "suggestion_of_travel", "alert_of_travel", "vaccines", "lost_luggage", "book_flight", "reserve_hotel", "carry_on", "rent_car",
    ];

    [Fact]
    public void KnownAndUnknownClasses()
    {
        var seen = 0;
        foreach (var (name, expected) in Golden.Json("ood.json")["near_ood_splits"]!.AsObject())
        {
            if (!name.Contains("_seed", StringComparison.Ordinal)) continue;
            var split = NearOodSplits.Classes(name.StartsWith("banking", StringComparison.Ordinal) ? Banking : Travel, int.Parse(name[^1..]));
            Assert.Equal(Words(expected!["known_in_label_id_order"]), split.Known);
            Assert.Equal(Words(expected["ood"]), split.Unknown);
            foreach (var (part, each) in new[] { ("train", 100), ("valid", 20), ("id_test", 30) }) Assert.Equal((int)expected["sizes"]![part]!, each * split.Known.Count);
            Assert.Equal((int)expected["sizes"]!["ood_test"]!, 30 * split.Unknown.Count);
            seen++;
        }

        Assert.Equal(10, seen);
    }

    [Fact]
    public void TemplatesOfLlmOod()
    {
        var expected = Golden.Json("ood.json")["templates"]!;
        foreach (var (name, sentence) in new[] { ("normal", "hello world"), ("instruct_banking", "pay my bill"), ("instruct_travel", "book a flight") })
        {
            Assert.Equal((string)expected[name]!, LlmOodTemplates.Get(name).Replace("{text}", sentence, StringComparison.Ordinal));
        }

        Assert.Contains("instruct_sst2", Assert.Throws<FathomException>(() => LlmOodTemplates.Get("other")).Message, StringComparison.Ordinal);
    }

    [SharedTheory("data/ood-intent/clinc150/train.tsv")]
    [InlineData("banking")]
    [InlineData("travel")]
    public void SelectionsOfTheReleasedCode(string domain)
    {
        var splits = Golden.Json("splits.json");
        var renamed = splits["renamed_labels"]!.AsObject().ToDictionary(pair => pair.Key, pair => (string)pair.Value!);
        var data = new[] { "train", "valid", "test" }.ToDictionary(part => part, part => Rows(part, renamed));
        for (var seed = 1; seed <= 5; seed++)
        {
            var expected = splits[$"{domain}.{seed}"]!;
            var split = NearOodSplits.Classes(domain == "banking" ? Banking : Travel, seed);
            Assert.Equal(Words(expected["known"]), split.Known);
            Assert.Equal(Words(expected["unknown_sorted"]), split.Unknown.Order(StringComparer.Ordinal));
            string[] unknown = [.. data["test"].Where(row => split.Unknown.Contains(row.Label)).Select(row => row.Text).Order(StringComparer.Ordinal)];
            Assert.Equal((string)expected["ood_test"]!["sha256_of_sorted_texts_LF"]!, Hash(unknown));
            foreach (var shots in new[] { "full", "10", "5", "1" })
            {
                foreach (var (part, golden) in expected[shots]!.AsObject())
                {
                    var rows = data[part].Where(row => split.Known.Contains(row.Label)).ToArray();
                    if (shots != "full" && part != "test")
                    {
                        rows = [.. NearOodSplits.FewShot([.. rows.Select(row => row.Label)], int.Parse(shots), seed).Select(place => rows[place])];
                    }

                    var what = $"{domain}.{seed} {shots} {part}";
                    Assert.Equal((what, (int)golden!["count"]!), (what, rows.Length));
                    Assert.Equal((what, (string)golden["sha256_of_texts_LF"]!), (what, Hash([.. rows.Select(row => row.Text)])));
                    Assert.Equal((string)golden["sha256_of_labels_LF"]!, Hash([.. rows.Select(row => Array.IndexOf([.. split.Known], row.Label).ToString())]));
                    if (golden["file_rows"] is { } places) Assert.Equal(Golden.Numbers(places), rows.Select(row => (double)row.Row));
                }
            }
        }
    }

    [SharedFact("data/ood-intent/clinc150/train.tsv")]
    public void RowsOfTheDataSets()
    {
        var counts = Golden.Json("ood.json")["data_counts"]!;
        Assert.Equal((int)counts["clinc_train"]!, Rows("train", []).Count);
        Assert.Equal((int)counts["clinc_valid"]!, Rows("valid", []).Count);
        Assert.Equal((int)counts["clinc_test_incl_1000_oos"]!, Rows("test", []).Count);
        string[] math = ["MultiArith_X", "GSM8K_X", "SVAMP_X", "AddSub_X", "SingleEq_X", "SingleOp_X", "MATH/algebra", "MATH/counting_and_probability", "MATH/geometry", "MATH/number_theory", "MATH/precalculus"];
        foreach (var name in math)
        {
            var file = SharedFolder.Path($"data/ood-math/{name.Replace('/', '_')}.jsonl");
            Assert.Equal((name, (int)counts[name]!), (name, File.ReadLines(file).Count(line => line.Length > 0)));
        }

        string[] sentiment = [.. File.ReadLines(SharedFolder.Path("data/ood-intent/sst2/test.data")).Where(line => line.Length > 0)];
        Assert.Equal(((int)counts["sst2_test"]!, (int)counts["sst2_test_neg"]!, (int)counts["sst2_test_pos"]!), (sentiment.Length, sentiment.Count(line => line[0] == '0'), sentiment.Count(line => line[0] == '1')));
        string[] captions = ["test_2016_flickr", "test_2017_mscoco", "test_2018_flickr"];
        Assert.Equal(Golden.Numbers(counts["multi30k"]), captions.Select(name => (double)File.ReadLines(SharedFolder.Path($"data/ood-intent/multi30k/{name}.en")).Count()));

        // Rows without two columns are left out, as the released loader does.
        foreach (var (name, folder, parts) in new[] { ("banking", "banking77", new[] { "train", "dev", "test" }), ("stackoverflow", "stackoverflow", ["train", "valid", "test"]) })
        {
            Assert.Equal(Golden.Numbers(counts[name]), parts.Select(part => (double)File.ReadLines(SharedFolder.Path($"data/ood-intent/{folder}/{part}.tsv")).Skip(1).Count(line => line.Split('\t').Length == 2)));
        }

        var split = IdSplit.Of((int)counts["MultiArith_X"]!);
        Assert.Equal(((int)counts["MultiArith_fit"]!, (int)counts["MultiArith_test"]!), (split.FitCount, split.TestCount));
    }

    private static List<(int Row, string Text, string Label)> Rows(string part, Dictionary<string, string> renamed)
    {
        var rows = new List<(int, string, string)>();
        foreach (var (line, i) in File.ReadLines(SharedFolder.Path($"data/ood-intent/clinc150/{part}.tsv")).Skip(1).Select((line, i) => (line, i)))
        {
            var tab = line.LastIndexOf('\t');
            if (tab > 0) rows.Add((i, line[..tab], renamed.GetValueOrDefault(line[(tab + 1)..], line[(tab + 1)..])));
        }

        return rows;
    }

    private static string[] Words(JsonNode? list) => [.. list!.AsArray().Select(word => (string)word!)];

    private static string Hash(string[] lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
}
