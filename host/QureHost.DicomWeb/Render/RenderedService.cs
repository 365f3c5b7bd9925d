using QureHost.DicomWeb.Http;

namespace QureHost.DicomWeb.Render;

internal sealed class RenderedService
{
    public Task SendRenderedAsync(DicomWebRequest request) => throw Problem.NotAcceptable("Rendered images are not offered yet.");

    public Task SendThumbnailAsync(DicomWebRequest request) => throw Problem.NotAcceptable("Rendered images are not offered yet.");
}
