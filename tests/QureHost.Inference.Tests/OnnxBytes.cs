using System.Text;

namespace QureHost.Inference.Tests;

/// <summary>Writes small ONNX graphs by hand (onnx.proto3): models that no converter would make.</summary>
internal static class OnnxBytes
{
    /// <summary>
    /// Input <c>x</c> [any, any] is expanded to [side, side], multiplied by itself and its greatest element taken: for x = [[v]] the output
    /// <c>max</c> [1, 1] is side · v². One node, which nothing interrupts, does 2 · side³ operations on 8 · side² bytes.
    /// </summary>
    public static byte[] Matrix(int side) => Model(
        [Node("Expand", ["x", "shape"], "e"), Node("MatMul", ["e", "e"], "m"), Node("ReduceMax", ["m"], "max")],
        [Int64s("shape", side, side)],
        output: "max");

    /// <summary>The input expanded to [side, side], its greatest element taken: 4 · side² bytes at once and little work.</summary>
    public static byte[] Large(int side) => Model(
        [Node("Expand", ["x", "shape"], "e"), Node("ReduceMax", ["e"], "max")],
        [Int64s("shape", side, side)],
        output: "max");

    /// <summary>The input expanded to [side, side] as the output.</summary>
    public static byte[] LargeOutput(int side) => Model([Node("Expand", ["x", "shape"], "max")], [Int64s("shape", side, side)], output: "max");

    private static byte[] Model(byte[][] nodes, byte[][] constants, string output) =>
    [
        .. Number(1, 8),                                                        // ir_version
        .. Bytes(8, [.. Text(1, ""), .. Number(2, 13)]),                        // opset_import: 13
        .. Bytes(7,
        [
            .. nodes.SelectMany(n => Bytes(1, n)),
            .. Text(2, "g"),
            .. constants.SelectMany(c => Bytes(5, c)),
            .. Bytes(11, Value("x")),
            .. Bytes(12, Value(output)),
        ]),
    ];

    private static byte[] Node(string type, string[] inputs, string output) =>
        [.. inputs.SelectMany(i => Text(1, i)), .. Text(2, output), .. Text(4, type)];

    private static byte[] Int64s(string name, params int[] values) =>
        [.. Number(1, values.Length), .. Number(2, 7), .. Text(8, name), .. Bytes(9, [.. values.SelectMany(v => BitConverter.GetBytes((long)v))])];

    /// <summary>ValueInfoProto: float, two extents that are free.</summary>
    private static byte[] Value(string name)
    {
        byte[] shape = [.. Bytes(1, Text(2, name + "0")), .. Bytes(1, Text(2, name + "1"))];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, 1), .. Bytes(2, shape)]))];
    }

    private static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int field, byte[] bytes) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
