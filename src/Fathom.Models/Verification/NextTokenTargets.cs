namespace Fathom.Models.Verification;

/// <summary>Which tokens the loss of a file of reference values is of.</summary>
internal static class NextTokenTargets
{
    /// <summary>Why a loss or gradient is left out where <see cref="Read"/> gives nothing.</summary>
    public const string OtherLabels = "its labels are not the next tokens, count padding or leave nothing to predict";

    private const int Ignored = -100;

    /// <summary>
    /// For each sequence whether each of its tokens is predicted: all but the first, or of those the ones whose <c>labels</c> are not -100.
    /// Null where the labels ask for another loss, or for none.
    /// </summary>
    public static bool[][]? Read(GoldenFile file, GoldenRows rows)
    {
        bool[][] targets = [.. rows.Tokens.Select(tokens => tokens.Select((_, at) => at > 0).ToArray())];
        if (!file.Has("labels")) return HasAny(targets);
        var labels = file.SignedIntegers("labels");
        if (labels.Length != rows.Count * rows.Columns) return null;

        // The reference predicts a label from the column on its left, be that padding or another sequence's end.
        var strange = labels.Index().Where(label => label.Index % rows.Columns > 0 && label.Item != Ignored).Select(label => label.Index).ToHashSet();
        for (var row = 0; row < targets.Length; row++)
        {
            for (var at = 1; at < targets[row].Length; at++)
            {
                var place = rows.Places[row][at];
                strange.Remove(place);
                targets[row][at] = labels[place] != Ignored;
                if (targets[row][at] && labels[place] != rows.Tokens[row][at]) return null;
            }
        }

        return strange.Count == 0 ? HasAny(targets) : null;
    }

    private static bool[][]? HasAny(bool[][] targets) => targets.Any(row => row.Contains(true)) ? targets : null;
}
