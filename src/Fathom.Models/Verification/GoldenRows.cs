namespace Fathom.Models.Verification;

/// <summary>The rows of <c>input_ids</c>, each with its real positions only.</summary>
internal sealed class GoldenRows
{
    /// <summary>Says beside <c>position_ids</c> whose each token is.</summary>
    public const string Owners = "sequence";

    /// <summary>Columns of the padded batch.</summary>
    public required int Columns { get; init; }

    /// <summary>For each row the columns that are no padding.</summary>
    public required int[][] Positions { get; init; }

    /// <summary>For each row the ids at those columns.</summary>
    public required int[][] Tokens { get; init; }

    /// <summary>For each row and real position its place in a tensor <c>[rows, columns]</c>.</summary>
    public required int[][] Places { get; init; }

    /// <summary>Rows of the padded batch: as many as there are sequences, but where a row holds several (<see cref="ReadApart"/>).</summary>
    public required int Count { get; init; }

    /// <summary>Reads <c>PREFIXinput_ids</c> and, where the file has it, <c>PREFIXattention_mask</c>.</summary>
    /// <exception cref="FathomException">Shapes differ, or a row is nothing but padding.</exception>
    public static GoldenRows Read(GoldenFile file, string prefix = "")
    {
        var shape = file.Shape(prefix + "input_ids");
        if (shape.Length != 2 || shape[0] < 1 || shape[1] < 1) throw new FathomException($"{file.Location}: tensor '{prefix}input_ids' must have the shape [rows, tokens]");
        var ids = file.Integers(prefix + "input_ids");
        var mask = file.Has(prefix + "attention_mask") ? file.Integers(prefix + "attention_mask") : [.. Enumerable.Repeat(1, ids.Length)];
        if (mask.Length != ids.Length) throw new FathomException($"{file.Location}: '{prefix}attention_mask' and '{prefix}input_ids' differ in shape");
        var positions = new int[shape[0]][];
        for (var row = 0; row < shape[0]; row++) positions[row] = [.. Enumerable.Range(0, shape[1]).Where(column => mask[row * shape[1] + column] != 0)];
        if (Array.FindIndex(positions, columns => columns.Length == 0) is >= 0 and var empty) throw new FathomException($"{file.Location}: row {empty} of '{prefix}attention_mask' is nothing but padding; leave the row out");
        return new GoldenRows
        {
            Columns = shape[1],
            Count = shape[0],
            Positions = positions,
            Places = [.. positions.Select((columns, row) => columns.Select(column => row * shape[1] + column).ToArray())],
            Tokens = [.. positions.Select((columns, row) => columns.Select(column => ids[row * shape[1] + column]).ToArray())],
        };
    }

    /// <summary>The same, with a row of packed sequences cut where <c>position_ids</c> start again from 0; as it is where the file has none.</summary>
    /// <exception cref="FathomException">The positions of a sequence do not count up from 0, or <c>sequence</c> says otherwise.</exception>
    public static GoldenRows ReadApart(GoldenFile file)
    {
        var rows = Read(file);
        if (!file.Has("position_ids")) return rows;
        var ids = file.Integers("position_ids");
        if (ids.Length != rows.Count * rows.Columns) throw new FathomException($"{file.Location}: 'position_ids' and 'input_ids' differ in shape");
        var (positions, tokens, places) = (new List<int[]>(), new List<int[]>(), new List<int[]>());
        for (var row = 0; row < rows.Tokens.Length; row++)
        {
            for (int start = 0, end = 0; start < rows.Tokens[row].Length; start = end)
            {
                for (; end < rows.Tokens[row].Length && (end == start || ids[rows.Places[row][end]] != 0); end++)
                {
                    if (ids[rows.Places[row][end]] != end - start) throw new FathomException($"{file.Location}: 'position_ids' has {ids[rows.Places[row][end]]} in row {row}, column {rows.Positions[row][end]}, expected {end - start}: only sequences that count from 0 are understood");
                }

                positions.Add(rows.Positions[row][start..end]);
                tokens.Add(rows.Tokens[row][start..end]);
                places.Add(rows.Places[row][start..end]);
            }
        }

        CheckOwners(file, places, rows.Count * rows.Columns);
        return new GoldenRows { Columns = rows.Columns, Count = rows.Count, Positions = [.. positions], Tokens = [.. tokens], Places = [.. places] };
    }

    // Where the file says whose each token is, it must say the same as the positions.
    private static void CheckOwners(GoldenFile file, List<int[]> sequences, int count)
    {
        if (!file.Has(Owners)) return;
        var owners = file.SignedIntegers(Owners);
        if (owners.Length != count || sequences.Exists(places => places.Any(place => owners[place] != owners[places[0]])))
            throw new FathomException($"{file.Location}: '{Owners}' does not say the same sequences as 'position_ids'");
    }

    /// <summary>The same; padding must be at the end of a row, since positions count from its first column.</summary>
    /// <exception cref="FathomException">A row has padding before or between its tokens.</exception>
    public static GoldenRows ReadRightPadded(GoldenFile file)
    {
        var rows = Read(file);
        foreach (var (positions, row) in rows.Positions.Select((positions, row) => (positions, row)))
        {
            if (positions[^1] != positions.Length - 1) throw new FathomException($"{file.Location}: row {row} of 'attention_mask' is not ones followed by zeros; make the file with padding on the right");
        }

        return rows;
    }
}
