namespace Fathom.Models.Verification;

/// <summary>Compares tables of the buckets that distances fall into: <c>relative_bucket_table…</c>, the middle entry being distance 0.</summary>
internal static class RelativeTables
{
    private const string Prefix = "relative_bucket_table";

    /// <summary>Compares every table whose name <paramref name="buckets"/> knows; it gives the function from distance to bucket.</summary>
    public static void Compare(GoldenFile file, Func<string, Func<int, int>?>? buckets, ReferenceJudge judge)
    {
        foreach (var name in file.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (buckets?.Invoke(name[Prefix.Length..]) is not { } bucket) continue;
            var reference = file.SignedIntegers(name);
            judge.Equal(name, [.. Enumerable.Range(-(reference.Length / 2), reference.Length).Select(bucket)], reference);
        }
    }
}
