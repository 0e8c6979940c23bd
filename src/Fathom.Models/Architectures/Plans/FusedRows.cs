namespace Fathom.Models.Architectures;

/// <summary>Which rows of a tensor that holds several projections belong to one of them.</summary>
internal static class FusedRows
{
    /// <summary>The rows of heads <paramref name="first"/> on, counted over all queries, then keys, then values.</summary>
    public static int[] Of(FusedLayout layout, int heads, int groups, int headDim, int first, int count)
    {
        var rows = new int[checked(count * headDim)];
        for (var i = 0; i < rows.Length; i++) rows[i] = checked(Place(layout, heads, groups, first + i / headDim) * headDim + i % headDim);
        return rows;
    }

    /// <summary>Rows one after another.</summary>
    public static int[] Range(int first, int count) => [.. Enumerable.Range(first, count)];

    // Where a head lies, in heads.
    private static int Place(FusedLayout layout, int heads, int groups, int head)
    {
        if (layout == FusedLayout.Stacked) return head;
        var group = heads / groups;
        if (head < heads) return head / group * (group + 2) + head % group;
        var (kind, number) = head < heads + groups ? (0, head - heads) : (1, head - heads - groups);
        return number * (group + 2) + group + kind;
    }
}
