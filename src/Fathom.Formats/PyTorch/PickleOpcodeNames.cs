namespace Fathom.Formats;

/// <summary>Python's names of all pickle opcodes, for messages.</summary>
internal static class PickleOpcodeNames
{
    private static readonly Dictionary<byte, string> Others = new()
    {
        [(byte)'0'] = "POP",
        [(byte)'1'] = "POP_MARK",
        [(byte)'2'] = "DUP",
        [(byte)'F'] = "FLOAT",
        [(byte)'I'] = "INT",
        [(byte)'L'] = "LONG",
        [(byte)'P'] = "PERSID",
        [(byte)'S'] = "STRING",
        [(byte)'V'] = "UNICODE",
        [(byte)'B'] = "BINBYTES",
        [(byte)'C'] = "SHORT_BINBYTES",
        [(byte)'d'] = "DICT",
        [(byte)'g'] = "GET",
        [(byte)'l'] = "LIST",
        [(byte)'o'] = "OBJ",
        [(byte)'p'] = "PUT",
        [0x82] = "EXT1",
        [0x83] = "EXT2",
        [0x84] = "EXT4",
        [0x8b] = "LONG4",
        [0x8e] = "BINBYTES8",
        [0x8f] = "EMPTY_SET",
        [0x90] = "ADDITEMS",
        [0x91] = "FROZENSET",
        [0x92] = "NEWOBJ_EX",
        [0x96] = "BYTEARRAY8",
        [0x97] = "NEXT_BUFFER",
        [0x98] = "READONLY_BUFFER",
    };

    /// <summary>The opcode's name, or its number where Python has none.</summary>
    public static string Of(byte opcode) => Others.TryGetValue(opcode, out var name) ? name : Enum.IsDefined((PickleOpcode)opcode) ? ((PickleOpcode)opcode).ToString() : $"0x{opcode:x2}";
}
