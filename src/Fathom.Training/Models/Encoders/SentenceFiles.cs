using System.Text;
using Fathom.Models.Encoders.Sentences;

namespace Fathom.Training;

/// <summary>What is put beside an encoder of text vectors, so that whoever opens it gets the vectors that were taught.</summary>
internal static class SentenceFiles
{
    private const string Pooling = """
        {
          "pooling_mode_mean_tokens": true
        }

        """;

    private const string Modules = """
        [
          {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
          {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
          {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
        ]

        """;

    /// <summary>The folder's own files; where it says nothing of pooling: the mean, normalised.</summary>
    public static CompanionFiles Of(string folder, SentenceModules modules)
    {
        var files = CompanionFiles.ReadSentenceEncoder(folder);
        if (modules.Poolings.Count > 0) return files;
        files.Add("modules.json", Encoding.UTF8.GetBytes(Modules));
        files.Add("1_Pooling/config.json", Encoding.UTF8.GetBytes(Pooling));
        return files;
    }
}
