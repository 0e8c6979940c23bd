namespace Fathom.Insight.Metrics;

/// <content>What the rules ask about letters.</content>
public static partial class PorterStemmer
{
    private static string Replace(string word, string suffix, string replacement, int measureAbove)
    {
        var stem = word[..^suffix.Length];
        return Measure(stem) > measureAbove ? stem + replacement : word;
    }

    /// <summary>A y is a consonant at the start and after a vowel, so every other one of a run is.</summary>
    private static bool IsConsonant(string word, int at)
    {
        var run = 0;
        while (at - run >= 0 && word[at - run] == 'y') run++;
        if (run == 0) return word[at] is not ('a' or 'e' or 'i' or 'o' or 'u');
        var firstIs = at - run < 0 || !IsConsonant(word, at - run);
        return run % 2 == 1 ? firstIs : !firstIs;
    }

    /// <summary>How often a vowel is followed by a consonant.</summary>
    private static int Measure(string stem)
    {
        var measure = 0;
        var before = true;
        for (var i = 0; i < stem.Length; i++)
        {
            var consonant = stem[i] == 'y' ? i == 0 || !before : stem[i] is not ('a' or 'e' or 'i' or 'o' or 'u');
            if (consonant && !before) measure++;
            before = consonant;
        }

        return measure;
    }

    private static bool HasVowel(string stem)
    {
        for (var i = 0; i < stem.Length; i++)
        {
            // After a consonant a y is a vowel; before anything else one would have been found already.
            if (stem[i] is 'a' or 'e' or 'i' or 'o' or 'u' || (stem[i] == 'y' && i > 0)) return true;
        }

        return false;
    }

    private static bool EndsInDoubleConsonant(string word) => word.Length >= 2 && word[^1] == word[^2] && IsConsonant(word, word.Length - 1);

    /// <summary>Consonant, vowel, consonant other than w, x, y; or a word of a vowel and a consonant.</summary>
    private static bool EndsShort(string word) => word.Length == 2
        ? !IsConsonant(word, 0) && IsConsonant(word, 1)
        : word.Length >= 3 && IsConsonant(word, word.Length - 3) && !IsConsonant(word, word.Length - 2) && IsConsonant(word, word.Length - 1) && word[^1] is not ('w' or 'x' or 'y');
}
