namespace Fathom.Training;

/// <summary>How far training has come through its data.</summary>
/// <param name="Epoch">Passes finished.</param>
/// <param name="Position">Samples taken of the pass at hand.</param>
public readonly record struct DataCursor(int Epoch, int Position);
