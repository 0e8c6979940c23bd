namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// Register tiles of one vector width. A tile reads rows packed as <c>[depth / 16][rows][16]</c> and a panel <c>[depth, 32]</c>
/// and writes (or, resuming an earlier part of the depth, continues) <c>c [rows, 32]</c> whose rows lie <c>stride</c> apart.
/// </summary>
internal sealed unsafe class GemmKernels
{
    private readonly Tile[] _tiles;

    /// <summary>Lists the tile for each number of rows up to <paramref name="mostRows"/>.</summary>
    public GemmKernels(int mostRows, Func<int, Tile> tileFor)
    {
        MostRows = mostRows;
        _tiles = new Tile[mostRows + 1];
        for (var rows = 1; rows <= mostRows; rows++)
        {
            _tiles[rows] = tileFor(rows);
        }
    }

    /// <summary>Rows of the largest tile.</summary>
    public int MostRows { get; }

    /// <summary>The tiles by number of rows needed, from 1 on.</summary>
    public Tile[] Table => _tiles;

    /// <summary>The smallest tile that holds <paramref name="rows"/> rows.</summary>
    public Tile For(int rows) => _tiles[rows];

    /// <summary>A tile and how many rows it computes.</summary>
    /// <param name="rows">Rows computed; the packed rows beyond those needed are zero.</param>
    /// <param name="run">packed rows, panel, c, stride of c, depth, resume.</param>
    internal readonly struct Tile(int rows, delegate*<float*, float*, float*, nint, nint, int, void> run)
    {
        /// <summary>Rows computed.</summary>
        public readonly int Rows = rows;

        /// <summary>The code.</summary>
        public readonly delegate*<float*, float*, float*, nint, nint, int, void> Run = run;
    }
}
