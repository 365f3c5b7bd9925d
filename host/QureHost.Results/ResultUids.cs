using System.Security.Cryptography;
using System.Text;
using QureHost.Dicom;
using QureHost.Sdk;

namespace QureHost.Results;

/// <summary>UIDs that follow from what they name, so that writing an object again writes the same object.</summary>
public static class ResultUids
{
    /// <summary>Tracking Unique Identifier (0062,0021) of a result: the same in every run of the product on the study.</summary>
    public static string Tracking(RunInfo run, string resultId) => Derive("tracking", run.Site, run.StudyUid, run.Product, resultId);

    /// <summary>The product as an observer: one per product and version.</summary>
    public static string Device(RunInfo run) => Derive("device", run.Product, run.Version);

    internal static string Series(RunInfo run, string kind) => Derive("series", run.Site, run.StudyUid, run.RunId, kind);

    /// <summary>The same through a run's attempts: an object that an attempt stored before it was cut off is met again.</summary>
    internal static string Instance(RunInfo run, string kind, string name) => Derive("instance", run.Site, run.StudyUid, run.RunId, kind, name);

    /// <summary>A version 8 UUID (RFC 9562 §5.8) over SHA-256, as a 2.25 UID (PS3.5 §B.2).</summary>
    private static string Derive(params string[] parts)
    {
        // Lengths in front keep ("a", "bc") and ("ab", "c") apart.
        var text = string.Concat(parts.Select(p => $"{p.Length}:{p}"));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("qurehost/" + text))[..16];
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return DicomUid.FromGuid(new Guid(hash, bigEndian: true));
    }
}
