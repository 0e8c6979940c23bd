namespace Fathom.Tensors.Autograd;

/// <summary>Something learnt that is added to the scaled scores of attention: a bias by distance, disentangled positions.</summary>
public interface IScoreTerm
{
    /// <summary>Whether anything it is made of needs a gradient.</summary>
    bool NeedsGradient { get; }

    /// <summary>Adds the term of one sequence and head to scores <c>[length, length]</c>, query by query.</summary>
    void Add(Tape tape, RowSegment segment, int head, Span<float> scores);

    /// <summary>Adds to the gradients of what the term is made of, given the gradient of those scores.</summary>
    void AddGradient(Tape tape, RowSegment segment, int head, ReadOnlySpan<float> gradient);
}
