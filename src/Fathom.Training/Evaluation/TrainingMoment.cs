using Fathom.Formats;

namespace Fathom.Training;

/// <summary>The state of a run that evaluations look at.</summary>
public sealed class TrainingMoment : IDisposable
{
    private readonly string _folder;
    private readonly CompanionFiles? _companions;
    private bool _written;

    internal TrainingMoment(TrainableModel model, int step, string folder, CompanionFiles? companions, CancellationToken stop) =>
        (Model, Step, _folder, _companions, Stop) = (model, step, folder, companions, stop);

    /// <summary>The model, not to be changed.</summary>
    public TrainableModel Model { get; }

    /// <summary>Steps done.</summary>
    public int Step { get; }

    /// <summary>The person's wish to stop.</summary>
    public CancellationToken Stop { get; }

    /// <summary>
    /// A folder with the model as it is now in Hugging Face layout, for everything that runs models from files (generation, traces,
    /// detectors). Written when first asked for, gone after the evaluation.
    /// </summary>
    public string ModelFolder
    {
        get
        {
            if (!_written)
            {
                using var target = AtomicFolder.Create(_folder);
                Model.SaveWeights(target.WorkPath, WeightPrecision.Fp32, _companions);
                target.Commit();
                _written = true;
            }

            return _folder;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_written) Directory.Delete(_folder, recursive: true);
    }
}
