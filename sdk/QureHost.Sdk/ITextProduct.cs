namespace QureHost.Sdk;

/// <summary>
/// What a product of reports may also implement: it labels a text without a study, so that the command line can
/// label and evaluate whole files. The host makes an instance through the parameterless constructor.
/// </summary>
public interface ITextProduct
{
    /// <summary>
    /// Reads one report. Pure and safe to call from several threads; never throws on any text, however long or broken.
    /// </summary>
    /// <param name="text">Plain text of the report.</param>
    /// <param name="modality">What was reported: <c>CR</c>, <c>CXR</c>, <c>CT chest</c>, <c>CT head</c> …, or empty.</param>
    /// <returns>Finding name to 1 (present), 0 (absent) or -1 (indeterminate). A finding not mentioned is not listed.</returns>
    IReadOnlyDictionary<string, int> Label(string text, string modality);
}
