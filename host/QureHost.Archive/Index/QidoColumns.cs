using QureHost.Dicom;

namespace QureHost.Archive;

/// <summary>Which attributes have a column of their own, and which belong to a study or series.</summary>
internal static class QidoColumns
{
    /// <summary>Column by tag; <c>st</c> is the study, <c>s</c> the series, <c>i</c> the instance.</summary>
    private static readonly Dictionary<uint, (QidoLevel Level, string Column)> ByTag = new()
    {
        [0x0020000D] = (QidoLevel.Study, "st.uid"),
        [0x00080020] = (QidoLevel.Study, "st.study_date"),
        [0x00080030] = (QidoLevel.Study, "st.study_time"),
        [0x00080050] = (QidoLevel.Study, "st.accession"),
        [0x00081030] = (QidoLevel.Study, "st.description"),
        [0x00100020] = (QidoLevel.Study, "st.patient_id"),
        [0x00100021] = (QidoLevel.Study, "st.issuer"),
        [0x00100030] = (QidoLevel.Study, "st.birth_date"),
        [0x00100040] = (QidoLevel.Study, "st.sex"),
        [0x00200010] = (QidoLevel.Study, "st.study_id"),
        [0x00201206] = (QidoLevel.Study, "st.series_count"),
        [0x00201208] = (QidoLevel.Study, "st.instance_count"),
        [0x0020000E] = (QidoLevel.Series, "s.uid"),
        [0x00080060] = (QidoLevel.Series, "s.modality"),
        [0x0008103E] = (QidoLevel.Series, "s.description"),
        [0x00080021] = (QidoLevel.Series, "s.series_date"),
        [0x00080031] = (QidoLevel.Series, "s.series_time"),
        [0x00080070] = (QidoLevel.Series, "s.manufacturer"),
        [0x00081010] = (QidoLevel.Series, "s.station"),
        [0x00180015] = (QidoLevel.Series, "s.body_part"),
        [0x00200060] = (QidoLevel.Series, "s.laterality"),
        [0x00200011] = (QidoLevel.Series, "s.number"),
        [0x00201209] = (QidoLevel.Series, "s.instance_count"),
        [0x00400244] = (QidoLevel.Series, "s.pps_date"),
        [0x00400245] = (QidoLevel.Series, "s.pps_time"),
        [0x00080018] = (QidoLevel.Instance, "i.sop_uid"),
        [0x00080016] = (QidoLevel.Instance, "i.sop_class"),
        [0x00083002] = (QidoLevel.Instance, "i.transfer_syntax"),
        [0x00200013] = (QidoLevel.Instance, "i.number"),
    };

    /// <summary>Beyond group 0010: attributes of PS3.3 §C.7.2 that all instances of a study share.</summary>
    private static readonly HashSet<uint> OfStudy =
    [
        0x00080005, 0x00080020, 0x00080030, 0x00080050, 0x00080051, 0x00080054, 0x00080056, 0x00080061, 0x00080062, 0x00080080, 0x00080090, 0x00080096,
        0x0008009C, 0x00080201, 0x00081030, 0x00081032, 0x00081048, 0x00081049, 0x00081060, 0x00081062, 0x00081080, 0x00081084, 0x00081110, 0x00081120,
        0x00081190, 0x0020000D, 0x00200010, 0x00201200, 0x00201202, 0x00201204, 0x00201206, 0x00201208, 0x00321032, 0x00321033, 0x00321060, 0x00321064,
        0x00401012,
    ];

    /// <summary>Attributes of PS3.3 §C.7.3 and of the equipment that all instances of a series share.</summary>
    private static readonly HashSet<uint> OfSeries =
    [
        0x00080021, 0x00080031, 0x00080060, 0x00080068, 0x00080070, 0x00080081, 0x00081010, 0x0008103E, 0x0008103F, 0x00081040, 0x00081050, 0x00081052,
        0x00081070, 0x00081072, 0x00081090, 0x00081111, 0x00180015, 0x00181000, 0x00181020, 0x00181030, 0x00185100, 0x0020000E, 0x00200011, 0x00200052,
        0x00200060, 0x00201209, 0x00400244, 0x00400245, 0x00400250, 0x00400251, 0x00400253, 0x00400254, 0x00400260, 0x00400275, 0x00400280,
    ];

    public static (QidoLevel Level, string Column)? Find(DicomTag tag) => ByTag.TryGetValue(tag.Number, out var found) ? found : null;

    /// <summary>True where all instances below a row of this level are expected to agree on the attribute.</summary>
    public static bool Belongs(QidoLevel level, DicomTag tag) => level switch
    {
        QidoLevel.Study => tag.Group == 0x0010 || OfStudy.Contains(tag.Number),
        QidoLevel.Series => tag.Group == 0x0010 || OfStudy.Contains(tag.Number) || OfSeries.Contains(tag.Number),
        _ => true,
    };
}
