using System.Buffers.Binary;

namespace QureHost.Processes;

/// <summary>Whether another user could enter a folder and read its files, by their mode bits. Access lists are not looked at.</summary>
internal static class FolderAccess
{
    private const int Read = 4;
    private const int Enter = 1;

    /// <summary>Null where it could; otherwise what stands in the way.</summary>
    public static string? WhyUnreadable(string folder, int uid, int gid)
    {
        var full = Path.GetFullPath(folder);
        for (var above = Path.GetDirectoryName(full); above is not null; above = Path.GetDirectoryName(above))
        {
            if (!May(above, Enter, uid, gid))
            {
                return $"User {uid} may not enter {above}, which leads to {full}.";
            }
        }

        if (File.Exists(full))
        {
            return May(full, Read, uid, gid) ? null : $"User {uid} may not read {full}.";
        }

        if (!May(full, Read | Enter, uid, gid))
        {
            return $"User {uid} may not read the folder {full}.";
        }

        var closed = Directory.EnumerateFiles(full).FirstOrDefault(f => !May(f, Read, uid, gid));
        return closed is null ? null : $"User {uid} may not read {closed}.";
    }

    private static unsafe bool May(string path, int wanted, int uid, int gid)
    {
        const int here = -100; // AT_FDCWD
        const uint basics = 0x7ff;
        var answer = stackalloc byte[256];
        if (Libc.statx(here, path, 0, basics, answer) != 0)
        {
            return false;
        }

        // struct statx: stx_uid at 20, stx_gid at 24, stx_mode at 28, on every architecture.
        var fields = new ReadOnlySpan<byte>(answer, 32);
        var owner = BitConverter.IsLittleEndian ? BinaryPrimitives.ReadInt32LittleEndian(fields[20..]) : BinaryPrimitives.ReadInt32BigEndian(fields[20..]);
        var group = BitConverter.IsLittleEndian ? BinaryPrimitives.ReadInt32LittleEndian(fields[24..]) : BinaryPrimitives.ReadInt32BigEndian(fields[24..]);
        int mode = BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(fields[28..]) : BinaryPrimitives.ReadUInt16BigEndian(fields[28..]);
        var bits = owner == uid ? mode >> 6 : group == gid ? mode >> 3 : mode;
        return (bits & wanted) == wanted;
    }
}
