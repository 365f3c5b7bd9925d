using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QureHost.Archive;
using QureHost.Dicom;
using QureHost.Dicom.Codecs;
using QureHost.DicomWeb.Access;
using QureHost.DicomWeb.Multipart;
using QureHost.Sdk.Studies;

namespace QureHost.DicomWeb.Http;

/// <summary>What stands around every service: site and audit first, errors as <c>application/problem+json</c> last.</summary>
internal static partial class Guard
{
    /// <summary>Maps a path to a handler behind the guard.</summary>
    public static void Map(this IEndpointRouteBuilder routes, string[] methods, string pattern, DicomWebAction action, Func<DicomWebRequest, Task> handler)
    {
        var policy = action switch
        {
            DicomWebAction.Store => DicomWebPolicies.Write,
            DicomWebAction.Delete => DicomWebPolicies.Delete,
            _ => DicomWebPolicies.Read,
        };
        routes.MapMethods(pattern, methods, (RequestDelegate)(context => RunAsync(context, action, handler)))
            .RequireAuthorization(policy)
            .RequireCors(DicomWebServices.CorsPolicy);
    }

    private static async Task RunAsync(HttpContext context, DicomWebAction action, Func<DicomWebRequest, Task> handler)
    {
        var request = new DicomWebRequest(context);
        try
        {
            var access = context.RequestServices.GetRequiredService<IDicomWebAccess>();
            if (!await access.MayAsync(context, request.Site, action, request.Aborted))
            {
                throw Problem.NotFound($"There is no site '{request.Site}' here for you.");
            }

            await access.AuditAsync(context, request.Site, request.StudyUid, action, request.Aborted);
            await handler(request);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The client went away; nobody reads an answer.
        }
        catch (Exception e)
        {
            var (status, detail) = Answer(e);
            if (status >= 500)
            {
                Failed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("QureHost.DicomWeb"), e, action, Activity.Current?.Id);
            }

            await Problem.WriteAsync(context, status, detail);
        }
    }

    private static (int Status, string Detail) Answer(Exception e) => e switch
    {
        ProblemException p => (p.Status, p.Message),
        MultipartFormatException m => (StatusCodes.Status400BadRequest, m.Message),
        BadHttpRequestException b => (b.StatusCode, b.Message),
        InvalidDataException i => (StatusCodes.Status400BadRequest, "The request's compressed body is damaged: " + i.Message),
        PixelsUnavailableException { InnerException: UnsupportedTransferSyntaxException } p => (StatusCodes.Status406NotAcceptable, p.Message),
        PixelsUnavailableException p => (StatusCodes.Status422UnprocessableEntity, p.Message),
        UnsupportedTransferSyntaxException u => (StatusCodes.Status406NotAcceptable, u.Message),
        CodecException c => (StatusCodes.Status422UnprocessableEntity, c.Message), // the request is right, the stored pixels are not
        DicomFormatException d => (StatusCodes.Status422UnprocessableEntity, d.Message),
        ArchiveException { Error: ArchiveError.NotFound } a => (StatusCodes.Status404NotFound, a.Message),
        ArchiveException { Error: ArchiveError.Invalid } a => (StatusCodes.Status400BadRequest, a.Message),
        ArchiveException { Error: ArchiveError.DiskFull } a => (StatusCodes.Status507InsufficientStorage, a.Message),
        _ => (StatusCodes.Status500InternalServerError, "The server failed to answer; its log says why."),
    };

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "DICOMweb {Action} failed (trace {Trace})")]
    private static partial void Failed(ILogger logger, Exception exception, DicomWebAction action, string? trace);
}
