using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Retrieve;

internal static class Missing
{
    public static ProblemException Resource() => Problem.NotFound("No such study, series or instance here.");

    public static ProblemException Pixels() => Problem.NotFound("The instance has no pixel data.");
}
