namespace Fathom.Tokenizers.ChatTemplates.Jinja;

/// <summary>
/// Stable sorting with Python's order, counted against the budget; unlike the runtime's sort it lets errors through as they
/// are. Short lists are compared in the order CPython compares them, so that the error names the same two values.
/// </summary>
internal static class Sorting
{
    private const int ShortLength = 64;

    public static T[] Sort<T>(T[] items, Func<T, Value> key, bool reverse = false)
    {
        var keys = Array.ConvertAll(items, item => key(item));
        var order = new int[items.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        bool IsLess(int a, int b) => Comparing.IsLess(keys[a], keys[b]);
        // Reversing before and after keeps equal elements in their order.
        if (reverse) Array.Reverse(order);
        if (order.Length < ShortLength) Insert(order, IsLess);
        else Merge(order, new int[order.Length], 0, order.Length, IsLess);
        if (reverse) Array.Reverse(order);
        return Array.ConvertAll(order, i => items[i]);
    }

    /// <summary>Takes the run at the beginning as it is (a falling one turned round) and inserts the others by bisection.</summary>
    private static void Insert(int[] order, Func<int, int, bool> isLess)
    {
        if (order.Length < 2) return;
        var run = 2;
        var falling = isLess(order[1], order[0]);
        while (run < order.Length && isLess(order[run], order[run - 1]) == falling) run++;
        if (falling) Array.Reverse(order, 0, run);
        for (; run < order.Length; run++)
        {
            var pivot = order[run];
            var (left, right) = (0, run);
            while (left < right)
            {
                var middle = (left + right) / 2;
                if (isLess(pivot, order[middle])) right = middle;
                else left = middle + 1;
            }

            Array.Copy(order, left, order, left + 1, run - left);
            order[left] = pivot;
        }
    }

    private static void Merge(int[] order, int[] buffer, int start, int end, Func<int, int, bool> isLess)
    {
        if (end - start < 2) return;
        var middle = (start + end) / 2;
        Merge(order, buffer, start, middle, isLess);
        Merge(order, buffer, middle, end, isLess);
        Array.Copy(order, start, buffer, start, end - start);
        var (left, right) = (start, middle);
        for (var i = start; i < end; i++)
        {
            var takeRight = left >= middle || (right < end && isLess(buffer[right], buffer[left]));
            order[i] = takeRight ? buffer[right++] : buffer[left++];
        }
    }
}
