namespace QureHost.Api;

/// <summary>Answers of <c>application/problem+json</c>.</summary>
internal static class Problems
{
    public static IResult NoStudy() => Answer.Problem("No such study at a site that you may see.", statusCode: StatusCodes.Status404NotFound);

    public static IResult NotFound(string what) => Answer.Problem(what, statusCode: StatusCodes.Status404NotFound);

    public static IResult Forbidden() => Answer.Problem("This site is not yours to see.", statusCode: StatusCodes.Status403Forbidden);

    public static IResult BadRequest(string why) => Answer.Problem(why, statusCode: StatusCodes.Status400BadRequest);

    public static IResult Conflict(string why) => Answer.Problem(why, statusCode: StatusCodes.Status409Conflict);

    public static IResult TooLarge(string why) => Answer.Problem(why, statusCode: StatusCodes.Status413PayloadTooLarge);
}
