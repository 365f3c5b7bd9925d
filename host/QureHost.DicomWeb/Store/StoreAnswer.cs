using System.Text.Json;
using QureHost.Archive;
using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Store;

/// <summary>The Store Instances Response (PS3.18 §10.5.3, PS3.18 table I.1-1) as DICOM JSON.</summary>
internal static class StoreAnswer
{
    public static void Write(Utf8JsonWriter json, DicomWebRequest request, IReadOnlyList<IngestOutcome> outcomes)
    {
        var stored = outcomes.Where(o => o.Status != IngestStatus.Refused).ToArray();
        var refused = outcomes.Where(o => o.Status == IngestStatus.Refused).ToArray();
        json.WriteStartObject();

        var studies = stored.Select(o => o.StudyUid).Distinct().ToArray();
        if (studies.Length == 1)
        {
            Element(json, "00081190", "UR", request.InstanceUrl(studies[0]!, null, null));
        }

        // Instances whose UIDs could be read fail by name, the others in a sequence of their own (PS3.18 table I.2-1).
        Sequence(json, "00081198", refused.Where(IsNamed), o => WriteFailure(json, o));
        Sequence(json, "00081199", stored, o =>
        {
            WriteReference(json, o);
            Element(json, "00081190", "UR", request.InstanceUrl(o.StudyUid!, o.SeriesUid, o.SopInstanceUid));
        });
        Sequence(json, "0008119A", refused.Where(o => !IsNamed(o)), o => WriteNumber(json, "00081197", o.FailureReason));
        json.WriteEndObject();
    }

    private static bool IsNamed(IngestOutcome outcome) => outcome.SopClassUid is not null && outcome.SopInstanceUid is not null;

    private static void WriteFailure(Utf8JsonWriter json, IngestOutcome outcome)
    {
        WriteReference(json, outcome);
        WriteNumber(json, "00081197", outcome.FailureReason);
    }

    private static void WriteReference(Utf8JsonWriter json, IngestOutcome outcome)
    {
        Element(json, "00081150", "UI", outcome.SopClassUid!);
        Element(json, "00081155", "UI", outcome.SopInstanceUid!);
    }

    private static void Sequence(Utf8JsonWriter json, string tag, IEnumerable<IngestOutcome> outcomes, Action<IngestOutcome> item)
    {
        var all = outcomes.ToArray();
        if (all.Length == 0)
        {
            return;
        }

        json.WriteStartObject(tag);
        json.WriteString("vr", "SQ");
        json.WriteStartArray("Value");
        foreach (var outcome in all)
        {
            json.WriteStartObject();
            item(outcome);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Element(Utf8JsonWriter json, string tag, string vr, string value)
    {
        json.WriteStartObject(tag);
        json.WriteString("vr", vr);
        json.WriteStartArray("Value");
        json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string tag, ushort value)
    {
        json.WriteStartObject(tag);
        json.WriteString("vr", "US");
        json.WriteStartArray("Value");
        json.WriteNumberValue(value);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
