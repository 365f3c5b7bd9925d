using QureHost.Archive;

namespace QureHost.Pipeline;

/// <summary>Where a report's text came from, told by its source: <c>api</c>, or the SOP Instance UID of a document.</summary>
internal static class ReportSources
{
    /// <summary>Modalities of documents, which are not what was reported on.</summary>
    public static readonly string[] Modalities = ["SR", "DOC", "PR", "KO", "SEG", "OT"];

    private const string EncapsulatedRoot = "1.2.840.10008.5.1.4.1.1.104.";

    public static string KindOf(StudyIndex index, string site, string source)
    {
        if (source == "api")
        {
            return "posted";
        }

        return index.FindInstance(site, source)?.SopClassUid.StartsWith(EncapsulatedRoot, StringComparison.Ordinal) == true ? "encapsulated" : "sr";
    }
}
