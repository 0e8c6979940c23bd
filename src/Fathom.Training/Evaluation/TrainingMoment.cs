using Fathom.Formats;
using Fathom.Models;

namespace Fathom.Training;

/// <summary>The state of a run that evaluations look at.</summary>
public sealed class TrainingMoment : IDisposable
{
    private readonly string _folder;
    private readonly CompanionFiles? _companions;
    private readonly string? _baseFolder;
    private bool _written;
    private bool _adapterWritten;

    internal TrainingMoment(ITrainable model, int step, string folder, CompanionFiles? companions, CancellationToken stop, string? baseFolder = null) =>
        (Model, Step, _folder, _companions, Stop, _baseFolder) = (model, step, folder, companions, stop, baseFolder);

    /// <summary>The model, not to be changed.</summary>
    public ITrainable Model { get; }

    /// <summary>The same, for measures that read its tokens' states.</summary>
    /// <exception cref="FathomException">It is no language model.</exception>
    public TrainableModel Decoder => Model as TrainableModel ?? throw new FathomException("this measure generates text, and the model that is taught is no language model");

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

    private string AdapterFolder => _folder + "-adapter";

    /// <summary>
    /// The model as it is now, opened for generation and traces. An adapter goes onto the model it is taught on by way of its own
    /// small files; anything else by way of <see cref="ModelFolder"/>. To be disposed before the moment.
    /// </summary>
    public LanguageModel Open()
    {
        var options = new LoadOptions { Threads = Model.Device.Threads };
        if (_baseFolder is null || Model is ISequenceClassifier { Classes: > 0 } || Model.Adapters.Count != 1) return LanguageModel.Load(ModelFolder, options);
        if (!_adapterWritten)
        {
            if (Directory.Exists(AdapterFolder)) Directory.Delete(AdapterFolder, recursive: true);
            Model.Adapters.Values.First().Save(AdapterFolder);
            _adapterWritten = true;
        }

        return LanguageModel.Load(_baseFolder, options with { Adapter = AdapterFolder });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_written) Directory.Delete(_folder, recursive: true);
        if (_adapterWritten) Directory.Delete(AdapterFolder, recursive: true);
    }
}
