namespace Fathom.Training.Recipes;

/// <summary>Finds the word a person may have meant.</summary>
internal static class Nearest
{
    /// <summary>A phrase that names the nearest known word, or all of them where none is near.</summary>
    public static string Suggest(string word, IEnumerable<string> known)
    {
        var words = known.Order(StringComparer.Ordinal).ToList();
        var nearest = words.MinBy(candidate => Distance(word, candidate))!;
        return Distance(word, nearest) <= Math.Max(2, word.Length / 2)
            ? $"the nearest is '{nearest}'"
            : $"known are {string.Join(", ", words)}";
    }

    /// <summary>Letters to insert, delete or replace (Levenshtein).</summary>
    internal static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], next);
            }
        }

        return row[^1];
    }
}
