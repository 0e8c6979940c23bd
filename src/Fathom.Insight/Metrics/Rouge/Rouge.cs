using System.Text;

namespace Fathom.Insight.Metrics;

/// <summary>
/// ROUGE (C.-Y. Lin, 2004) as the package rouge-score counts it: words are runs of a-z and 0-9 after lower-casing, everything else
/// separates; with stemming, words longer than three letters are stemmed by <see cref="PorterStemmer"/>.
/// </summary>
public static class Rouge
{
    /// <summary>ROUGE-1: words shared whatever their order, each as often as both have it. 0 when either text has no word.</summary>
    public static RougeScore Unigrams(string target, string prediction, bool stem = false)
    {
        var (wanted, given) = (Words(target, stem), Words(prediction, stem));
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in wanted) left[word] = left.GetValueOrDefault(word) + 1;
        var shared = 0;
        foreach (var word in given)
        {
            if (left.GetValueOrDefault(word) == 0) continue;
            left[word]--;
            shared++;
        }

        return Score(shared, wanted.Count, given.Count);
    }

    /// <summary>ROUGE-L: the longest sequence of words that both have in this order, with gaps. 0 when either text has no word.</summary>
    public static RougeScore LongestCommonSubsequence(string target, string prediction, bool stem = false)
    {
        var (wanted, given) = (Words(target, stem), Words(prediction, stem));
        var row = new int[given.Count + 1];
        foreach (var word in wanted)
        {
            // diagonal = the row above, one place to the left, before it is overwritten.
            var diagonal = 0;
            for (var j = 1; j <= given.Count; j++)
            {
                var above = row[j];
                row[j] = word == given[j - 1] ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return Score(row[^1], wanted.Count, given.Count);
    }

    /// <summary>The words that count.</summary>
    public static IReadOnlyList<string> Words(string text, bool stem = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var c in text)
        {
            // Two letters outside ASCII become one inside it when lower-cased: the Kelvin sign, and I with a dot (whose dot separates).
            if (char.IsAsciiLetterOrDigit(c)) word.Append(char.ToLowerInvariant(c));
            else if (c == '\u212A') word.Append('k');
            else if (c == '\u0130') End(word.Append('i'));
            else End(word);
        }

        End(word);
        return words;

        void End(StringBuilder ended)
        {
            if (ended.Length == 0) return;
            var whole = ended.ToString();
            words.Add(stem && whole.Length > 3 ? PorterStemmer.Stem(whole) : whole);
            ended.Clear();
        }
    }

    private static RougeScore Score(int shared, int wanted, int given) =>
        wanted == 0 || given == 0 ? default : new RougeScore(shared / (double)given, shared / (double)wanted);
}
