using System.Runtime.InteropServices;
using Fathom.Models.Positions;
using Fathom.Models.Tracing;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Running;

/// <summary>One pass through the blocks: rows of several sequences one after another, each with its keys and values.</summary>
internal sealed unsafe class Pass(IKernels kernels, Scratch scratch, int width)
{
    private readonly List<PassSegment> _segments = [];
    private readonly List<AttentionSegment> _attention = [];
    private WideAttentionSegment[] _wide = [];
    private readonly List<(RopeTable Rope, nint Cos, nint Sin)> _rotations = [];
    private int[] _starts = [];
    private DropoutOptions? _dropout;
    private DropoutPlace* _places;
    private uint _site;

    /// <summary>The device's operations.</summary>
    public IKernels Kernels => kernels;

    /// <summary>Working memory.</summary>
    public Scratch Scratch => scratch;

    /// <summary>Numbers in a hidden state.</summary>
    public int Width => width;

    /// <summary>Rows of all segments together.</summary>
    public int Rows { get; private set; }

    /// <summary>Takes the segments of a new pass, with dropout where there are options for it.</summary>
    public void Begin(IReadOnlyList<PassSegment> segments, DropoutOptions? dropout = null)
    {
        _dropout = dropout is { Rate: > 0 } ? dropout : null;
        _site = 0;
        _segments.Clear();
        _segments.AddRange(segments);
        _rotations.Clear();
        if (_starts.Length < segments.Count) _starts = new int[segments.Count];
        Rows = 0;
        for (var i = 0; i < segments.Count; i++)
        {
            _starts[i] = segments[i].Sequence.Length;
            Rows = checked(Rows + segments[i].Tokens.Length);
        }
    }

    /// <summary>Writes the ids of all rows.</summary>
    public void CopyTokens(int* ids)
    {
        foreach (var segment in _segments)
        {
            segment.Tokens.Span.CopyTo(new Span<int>(ids, segment.Tokens.Length));
            ids += segment.Tokens.Length;
        }
    }

    /// <summary>Writes the positions of all rows, counted from <paramref name="first"/>.</summary>
    public void CopyPositions(int* positions, int first)
    {
        for (var s = 0; s < _segments.Count; s++)
        {
            for (var i = 0; i < _segments[s].Tokens.Length; i++) *positions++ = first + _starts[s] + i;
        }
    }

    /// <summary>Cosines and sines <c>[rows, rotaryDim / 2]</c> of every row's position, made once a pass and rope; addresses of floats.</summary>
    public (nint Cos, nint Sin) Rotation(RopeTable rope)
    {
        foreach (var made in _rotations)
        {
            if (ReferenceEquals(made.Rope, rope)) return (made.Cos, made.Sin);
        }

        throw new InvalidOperationException("the decoder prepares every rope before the blocks run");
    }

    /// <summary>Makes the table of a rope; before the blocks run, since blocks release what they take.</summary>
    public void Prepare(RopeTable rope)
    {
        var cos = scratch.Take((long)Rows * rope.Half);
        var sin = scratch.Take((long)Rows * rope.Half);
        _rotations.Add((rope, (nint)cos, (nint)sin));
        for (var s = 0; s < _segments.Count; s++)
        {
            var sequence = _segments[s].Sequence;
            for (var i = 0; i < _segments[s].Tokens.Length; i++, cos += rope.Half, sin += rope.Half)
            {
                var position = _starts[s] + i;
                rope.Write(position, sequence.RopeLength(position), cos, sin);
            }
        }
    }

    /// <summary>Notes where every row stands for dropout; before the blocks run.</summary>
    public void PrepareDropout()
    {
        if (_dropout is null) return;
        _places = (DropoutPlace*)scratch.Take((long)Rows * sizeof(DropoutPlace) / sizeof(float));
        var place = _places;
        for (var s = 0; s < _segments.Count; s++)
        {
            for (var i = 0; i < _segments[s].Tokens.Length; i++) *place++ = new DropoutPlace(_segments[s].DropoutPass, (uint)(_starts[s] + i));
        }
    }

    /// <summary>
    /// Dropout at one site, states <c>[rows, width]</c> in place; nothing in a pass without it. Sites are numbered as they come, those
    /// left out too: the embeddings, then whatever a block is about to add to the residual stream.
    /// </summary>
    public void Drop(float* states, DropoutSites kind)
    {
        var site = _site++;
        if (_dropout is { } dropout && dropout.Sites.HasFlag(kind)) kernels.Dropout(states, Rows, width, _places, new DropoutMask(dropout.Seed, dropout.Rate, site));
    }

    /// <summary>Appends the new keys and values of a layer to each sequence's cache.</summary>
    public ReadOnlySpan<AttentionSegment> Append(int layer, float* keys, float* values, int stride)
    {
        _attention.Clear();
        var row = 0;
        foreach (var segment in _segments)
        {
            var cache = segment.Sequence.Cache(layer);
            var rows = segment.Tokens.Length;
            cache.Append(keys + (long)row * stride, stride, values + (long)row * stride, stride, rows);
            _attention.Add(new AttentionSegment(cache, row, rows));
            row += rows;
        }

        return CollectionsMarshal.AsSpan(_attention);
    }

    /// <summary>The same segments for attention whose scores are capped or get something added.</summary>
    public ReadOnlySpan<WideAttentionSegment> Wide(ReadOnlySpan<AttentionSegment> segments, AlibiTable? alibi)
    {
        var longest = 0;
        foreach (var segment in segments) longest = Math.Max(longest, segment.Cache.Length);
        var lines = alibi is null ? null : alibi.Lines(longest);
        if (_wide.Length < segments.Length) _wide = new WideAttentionSegment[segments.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = segments[i];
            _wide[i] = new WideAttentionSegment(segment.Cache, segment.FirstRow, segment.Rows, segment.Cache.Length - segment.Rows, lines, alibi?.Stride ?? 0);
        }

        return _wide.AsSpan(0, segments.Length);
    }
}
