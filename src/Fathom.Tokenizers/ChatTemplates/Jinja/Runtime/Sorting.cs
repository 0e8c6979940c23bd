namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>Stable sorting with Python's order, counted against the budget; unlike the runtime's sort it lets errors through as they are.</summary>
internal static class Sorting
{
    public static T[] Sort<T>(T[] items, Func<T, Value> key, bool reverse = false)
    {
        var keys = Array.ConvertAll(items, item => key(item));
        var order = new int[items.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Merge(order, new int[order.Length], 0, order.Length, (a, b) => reverse ? Comparing.IsLess(keys[a], keys[b]) : Comparing.IsLess(keys[b], keys[a]));
        return Array.ConvertAll(order, i => items[i]);
    }

    /// <summary>Sorts a part; <paramref name="isAfter"/> says that the first of two must come behind the second.</summary>
    private static void Merge(int[] order, int[] buffer, int start, int end, Func<int, int, bool> isAfter)
    {
        if (end - start < 2) return;
        var middle = (start + end) / 2;
        Merge(order, buffer, start, middle, isAfter);
        Merge(order, buffer, middle, end, isAfter);
        Array.Copy(order, start, buffer, start, end - start);
        var (left, right) = (start, middle);
        for (var i = start; i < end; i++)
        {
            var takeRight = left >= middle || (right < end && isAfter(buffer[left], buffer[right]));
            order[i] = takeRight ? buffer[right++] : buffer[left++];
        }
    }
}
