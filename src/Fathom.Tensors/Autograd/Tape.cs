namespace Fathom.Tensors.Autograd;

/// <summary>
/// One forward pass as it happens, and what to do to go back. Owns every variable that operations made: disposing gives all
/// their memory back at once. Not for several threads at a time.
/// </summary>
public sealed class Tape : IDisposable
{
    private readonly List<Variable> _owned = [];
    private readonly List<(Variable Output, Action Backward)> _steps = [];
    private readonly bool _recording;
    private readonly bool _needs;
    private readonly ulong _seed;
    private ulong _stream;
    private bool _done;

    /// <summary>An empty tape.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="training">Whether to keep what the backward pass needs, and to drop out; false for evaluation.</param>
    /// <param name="seed">Seed of dropout.</param>
    /// <param name="step">Number of the step (or micro-batch): each draws its own dropout, the same one when resumed.</param>
    public Tape(AutogradDevice device, bool training = true, ulong seed = 0, uint step = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        (Device, _recording, _needs, Training, _seed, _stream) = (device, training, training, training, seed, (ulong)step << 32);
    }

    // A part of another tape's pass, from the same place in its dropout: either for its result alone or to go back through.
    private Tape(Tape whole, ulong stream, bool recording) =>
        (Device, _recording, _needs, Training, _seed, _stream) = (whole.Device, recording, true, whole.Training, whole._seed, stream);

    /// <summary>Where it computes.</summary>
    public AutogradDevice Device { get; }

    /// <summary>Whether dropout drops.</summary>
    public bool Training { get; }

    /// <summary>
    /// Adds <paramref name="scale"/> x d loss / d variable to the gradient of every variable that needs one. Gradients of the
    /// tape's own variables are given back as soon as they have been passed on. Once a tape.
    /// </summary>
    /// <param name="loss">A variable of one element that this tape made.</param>
    /// <param name="scale">Factor on every gradient, such as one over the number of accumulated batches.</param>
    /// <exception cref="InvalidOperationException">The tape does not record, or was gone back through already.</exception>
    public void Backward(Variable loss, float scale = 1)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Length != 1) throw new ArgumentException($"a loss has one element, not {loss.Length}", nameof(loss));
        if (!_recording || _done) throw new InvalidOperationException("a tape goes back once, and only when it was made for training");
        _done = true;
        loss.Gradient[0] += scale;
        GoBack();
    }

    /// <summary>
    /// Runs part of a pass and keeps only its result; the way back runs it again, with the same dropout, to have what lies between. Every
    /// gradient has the bits it would have without. Costs a second forward pass and saves the activations' memory; checkpoints may hold
    /// others.
    /// </summary>
    /// <param name="block">Operations on the tape it is given, which must do the same both times; inputs and parameters are variables it has captured.</param>
    public Variable Checkpoint(Func<Tape, Variable> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (!_recording) return block(this);
        var start = _stream;
        using var trial = new Tape(this, start, recording: false);
        var result = block(trial);
        _stream = trial._stream;
        if (!trial._owned.Remove(result)) return result;
        _owned.Add(result);
        return Record(result, () =>
        {
            using var again = new Tape(this, start, recording: true);
            var output = block(again);
            result.Gradient.CopyTo(output.Gradient);
            result.ReleaseGradient();
            again.GoBack();
        });
    }

    private void GoBack()
    {
        for (var i = _steps.Count - 1; i >= 0; i--)
        {
            var (output, backward) = _steps[i];
            if (output.HasGradient) backward();
            output.ReleaseGradient();
        }

        _steps.Clear();
    }

    /// <summary>Gives back every activation.</summary>
    public void Dispose()
    {
        foreach (var variable in _owned) variable.Dispose();
        _owned.Clear();
        _steps.Clear();
    }

    /// <summary>Memory for an operation's result, not cleared.</summary>
    internal Variable New(bool needsGradient, params ReadOnlySpan<int> shape)
    {
        var variable = new Variable(Device, needsGradient && _needs, shape);
        _owned.Add(variable);
        return variable;
    }

    /// <summary>Keeps how to go back from an output; forgotten where no gradient is needed.</summary>
    internal Variable Record(Variable output, Action backward)
    {
        if (_recording && output.NeedsGradient) _steps.Add((output, backward));
        return output;
    }

    /// <summary>Key and stream of the next dropout.</summary>
    internal (ulong Seed, ulong Stream) NextDropout() => (_seed, _stream++);
}
