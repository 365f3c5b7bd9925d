using System.Text.Json;
using QureHost.Plugins.ReportNlp.Context;
using QureHost.Plugins.ReportNlp.Rules;
using QureHost.Plugins.ReportNlp.Text;

namespace QureHost.Plugins.ReportNlp.Reading;

/// <summary>
/// Reads findings from a radiology report. The work is linear in the length of the text, whatever the text; a reader
/// is immutable and may be used by any number of threads.
/// </summary>
public sealed class ReportReader
{
    /// <summary>Characters that are read; a report is a few thousand long.</summary>
    public const int MaxLength = 200_000;

    private readonly RuleSet rules;

    private ReportReader(RuleSet rules) => this.rules = rules;

    /// <summary>The reader with the rules as shipped.</summary>
    public static ReportReader Default { get; } = new(RuleSet.Shipped);

    /// <summary>A reader with a site's findings, synonyms and triggers on top of the shipped rules.</summary>
    /// <param name="additions">An object like a rule file: <c>choices</c>, <c>findings</c>, <c>ignore</c>, <c>triggers</c>, <c>sections</c>.</param>
    /// <exception cref="RuleException">The additions are not well formed; the message says where.</exception>
    public static ReportReader With(JsonElement additions) => new(RuleSet.With(additions));

    /// <summary>Reads one report with the shipped rules.</summary>
    public static ReportReading Read(string text, string modality) => Default.ReadReport(text, modality);

    /// <summary>Reads one report.</summary>
    /// <param name="text">Plain text.</param>
    /// <param name="modality"><c>CR</c>, <c>CXR</c>, <c>CT chest</c>, <c>CT head</c> …; where it does not tell the region, the text does.</param>
    public ReportReading ReadReport(string text, string modality)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(modality);
        var (kept, isTruncated) = Bound(text);
        var tokens = Tokenizer.Read(kept, rules.Lexicon);
        var domain = DomainFinder.Find(rules, tokens, modality);
        var finders = rules.TermsOf(domain).ToArray();
        var mentions = new List<Mention>();
        var matches = new List<PhraseMatch>();
        foreach (var sentence in rules.Splitter.Split(kept, tokens))
        {
            if (sentence.Section == SectionKind.Excluded)
            {
                continue;
            }

            matches.Clear();
            foreach (var finder in finders)
            {
                finder.Find(tokens, sentence.From, sentence.To, matches);
            }

            MentionFinder.Find(rules, tokens, sentence, domain, matches, mentions);
        }

        return new ReportReading(LabelResolver.Resolve(rules, domain, mentions), mentions, isTruncated);
    }

    /// <summary>
    /// What the text says of a span that somebody else found, whatever it names: for terms that this reader has no
    /// rules for.
    /// </summary>
    /// <param name="text">Plain text.</param>
    /// <param name="start">Start of the span in UTF-16 units.</param>
    /// <param name="length">Length of the span.</param>
    public Assertion Assert(string text, int start, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (kept, _) = Bound(text);
        var tokens = Tokenizer.Read(kept, rules.Lexicon);
        foreach (var sentence in rules.Splitter.Split(kept, tokens))
        {
            var first = sentence.From;
            while (first < sentence.To && tokens[first].End <= start)
            {
                first++;
            }

            if (first == sentence.To)
            {
                continue;
            }

            var last = first;
            while (last + 1 < sentence.To && tokens[last + 1].Start < start + length)
            {
                last++;
            }

            var isHistory = sentence.Section == SectionKind.Excluded;
            var assertion = new ContextReader(rules, tokens, sentence, (first, last)).Of(first, last, ulong.MaxValue);
            return assertion with { IsHistorical = assertion.IsHistorical || isHistory };
        }

        return Assertion.Plain;
    }

    private static (string Kept, bool IsTruncated) Bound(string text) => text.Length > MaxLength ? (text[..MaxLength], true) : (text, false);
}
