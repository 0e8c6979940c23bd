using Fathom.Formats;
using Fathom.Testing.Mutation;
using Fathom.Tokenizers.Loading;

namespace Fathom.Tokenizers.Tests;

public class MutationTests
{
    private const string Text = "Hello world, it's 2024!\n caf\u00E9 \U0001F600 <s>[MASK]</s> \u4F60\u597D";

    // Damage to the long vocabularies is dull, so the parts around them come as files of their own with a tiny vocabulary.
    private static readonly byte[][] SmallFiles =
    [
        Small("""{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Strip","strip_left":true,"strip_right":true},{"type":"Replace","pattern":{"Regex":"[a-z]{2,3}(?=l)|\\s+"},"content":"_"},{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}]}""",
            """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t)|[^\\r\\n\\p{L}]?\\p{L}+|\\p{N}{1,3}|\\s+(?!\\S)|\\s+"},"behavior":"MergedWithNext","invert":false},{"type":"Punctuation","behavior":"Contiguous"},{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first","split":true}]}"""),
        Small("""{"type":"Prepend","prepend":"\u2581"}""", """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"""),
        Small("null", """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":true},{"type":"FixedLength","length":3}]}"""),
    ];

    [Fact]
    public void TokenizerJson() => MutationRun.Of("tokenizer.json", [.. SmallFiles, GoldenFiles.Read("synthetic/added-bytelevel/tokenizer.json")], bytes =>
    {
        var tokenizer = Tokenizer.FromJson(bytes);
        tokenizer.EncodeFull(Text, "pair");
        tokenizer.Decode(tokenizer.Encode(Text));
    });

    [Fact]
    public void GgufVocabulary() => MutationRun.Of("GGUF vocabulary of merges", [GoldenFiles.Read("gguf/pre-tokenizers.gguf")], bytes =>
    {
        using var file = GgufFile.Parse(bytes);
        var tokenizer = Tokenizer.FromGguf(file);
        tokenizer.Decode(tokenizer.Encode(Text));
    });

    [SharedFact("golden/tokenizers/sentencepiece", "golden/tokenizers/gguf")]
    public void SentencePiece()
    {
        MutationRun.Of("SentencePiece", [GoldenFiles.Read("sentencepiece/bpe-byte-fallback.model"), GoldenFiles.Read("sentencepiece/unigram-byte-fallback.model")], bytes =>
        {
            var tokenizer = SentencePieceLoader.Load(bytes, "tokenizer.model");
            tokenizer.Decode(tokenizer.Encode(Text));
        });
        MutationRun.Of("GGUF vocabulary of pieces", [GoldenFiles.Read("gguf/tiny-spm.gguf"), GoldenFiles.Read("gguf/tiny-ugm-bytes.gguf"), GoldenFiles.Read("gguf/tiny-bert.gguf")], bytes =>
        {
            using var file = GgufFile.Parse(bytes);
            var tokenizer = Tokenizer.FromGguf(file);
            tokenizer.Decode(tokenizer.Encode(Text));
        });
    }

    private static byte[] Small(string normalizer, string preTokenizer) => System.Text.Encoding.UTF8.GetBytes($$$$$$$$"""
        {"version":"1.0","truncation":{"direction":"Right","max_length":16,"strategy":"LongestFirst","stride":2},"padding":{"strategy":{"Fixed":20},"direction":"Left","pad_to_multiple_of":8,"pad_id":0,"pad_type_id":0,"pad_token":"<pad>"},
        "added_tokens":[{"id":0,"content":"<s>","single_word":false,"lstrip":false,"rstrip":true,"normalized":false,"special":true},{"id":9,"content":"caf\u00e9","single_word":true,"lstrip":true,"rstrip":false,"normalized":true,"special":false}],
        "normalizer":{{{{{{{{normalizer}}}}}}}},"pre_tokenizer":{{{{{{{{preTokenizer}}}}}}}},
        "post_processor":{"type":"Sequence","processors":[{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]}}}]},
        "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
        "model":{"type":"BPE","dropout":null,"unk_token":"<s>","continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":true,"ignore_merges":false,"vocab":{"<s>":0,"h":1,"e":2,"l":3,"o":4,"he":5,"ll":6,"hell":7,"\u2581":8},"merges":["h e",["l","l"],"he ll"]}}
        """);
}
