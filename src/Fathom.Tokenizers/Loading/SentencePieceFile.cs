using Fathom.Tokenizers.Models;

namespace Fathom.Tokenizers.Loading;

/// <summary>What a SentencePiece model file says (sentencepiece_model.proto).</summary>
internal sealed class SentencePieceFile
{
    private SentencePieceFile(SentencePieces pieces) => Pieces = pieces;

    /// <summary>The vocabulary.</summary>
    public SentencePieces Pieces { get; }

    /// <summary>1 unigram, 2 bpe, 3 word, 4 char.</summary>
    public int ModelType { get; private set; } = 1;

    /// <summary>Whether unknown text becomes byte tokens.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>Whether spaces belong to the word before.</summary>
    public bool SpaceAsSuffix { get; private set; }

    /// <summary>What unknown pieces decode to.</summary>
    public string UnknownText { get; private set; } = " \u2047 ";

    /// <summary>Id of the piece that begins a sequence, or -1.</summary>
    public int Bos { get; private set; } = 1;

    /// <summary>Id of the piece that ends a sequence, or -1.</summary>
    public int Eos { get; private set; } = 2;

    /// <summary>Id of the padding piece, or -1.</summary>
    public int Pad { get; private set; } = -1;

    /// <summary>The compiled character map.</summary>
    public byte[] CharacterMap { get; private set; } = [];

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddDummyPrefix { get; private set; } = true;

    /// <summary>Whether spaces at the ends are dropped and those between joined.</summary>
    public bool RemoveExtraSpaces { get; private set; } = true;

    /// <summary>Whether spaces are written as U+2581.</summary>
    public bool EscapeSpaces { get; private set; } = true;

    /// <summary>Reads a file's content.</summary>
    public static SentencePieceFile Read(ReadOnlySpan<byte> content, string source)
    {
        var builder = new VocabularyBuilder(source);
        var scores = new List<float>();
        var types = new List<int>();
        var reader = new ProtobufReader(content, source);
        ReadOnlySpan<byte> trainer = default;
        ReadOnlySpan<byte> normalizer = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadPiece(reader.Bytes, source, builder, scores, types);
                    break;
                case 2:
                    trainer = reader.Bytes;
                    break;
                case 3:
                    normalizer = reader.Bytes;
                    break;
                default:
                    break;
            }
        }

        if (types.Count == 0)
            throw new FathomException($"{source}: not a SentencePiece model: it has no pieces. Give a tokenizer.model.");
        var file = new SentencePieceFile(new SentencePieces(builder.Build(), [.. scores], [.. types], types.IndexOf(PieceTypes.Unknown)));
        file.ReadTrainer(new ProtobufReader(trainer, source));
        file.ReadNormalizer(new ProtobufReader(normalizer, source));
        return file;
    }

    private static void ReadPiece(ReadOnlySpan<byte> bytes, string source, VocabularyBuilder builder, List<float> scores, List<int> types)
    {
        var reader = new ProtobufReader(bytes, source);
        ReadOnlySpan<byte> text = default;
        var score = 0f;
        var type = PieceTypes.Normal;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = reader.Bytes;
                    break;
                case 2:
                    score = reader.Single;
                    break;
                case 3:
                    type = reader.Int32;
                    break;
                default:
                    break;
            }
        }

        builder.Add(text, types.Count);
        scores.Add(float.IsFinite(score) ? score : throw new FathomException($"{source}: piece {types.Count} has the score {score}; expected a number. The file is damaged."));
        types.Add(type);
    }

    private void ReadTrainer(ProtobufReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    ModelType = reader.Int32;
                    break;
                case 24:
                    SpaceAsSuffix = reader.Flag;
                    break;
                case 35:
                    ByteFallback = reader.Flag;
                    break;
                case 41:
                    Bos = reader.Int32;
                    break;
                case 42:
                    Eos = reader.Int32;
                    break;
                case 43:
                    Pad = reader.Int32;
                    break;
                case 44:
                    UnknownText = reader.Text;
                    break;
                default:
                    break;
            }
        }
    }

    private void ReadNormalizer(ProtobufReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    CharacterMap = reader.Bytes.ToArray();
                    break;
                case 3:
                    AddDummyPrefix = reader.Flag;
                    break;
                case 4:
                    RemoveExtraSpaces = reader.Flag;
                    break;
                case 5:
                    EscapeSpaces = reader.Flag;
                    break;
                default:
                    break;
            }
        }
    }
}
