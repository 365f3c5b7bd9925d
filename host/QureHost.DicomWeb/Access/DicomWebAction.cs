namespace QureHost.DicomWeb.Access;

/// <summary>What a request does, for authorisation and audit.</summary>
public enum DicomWebAction
{
    Search,
    Retrieve,
    Store,
    Delete,
}
