namespace QureHost.DicomWeb.Access;

/// <summary>Names of the authorisation policies on the endpoints. The host defines them.</summary>
public static class DicomWebPolicies
{
    public const string Read = "dicom.read";
    public const string Write = "dicom.write";
    public const string Delete = "dicom.delete";
}
