using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using QureHost.Plugins.ReportNlp.Context;
using QureHost.Plugins.ReportNlp.Text;

namespace QureHost.Plugins.ReportNlp.Rules;

/// <summary>
/// All rules, read from JSON: the files built into this assembly, then a site's additions in the same form. Immutable
/// once made, so that any number of threads may read with it.
/// </summary>
internal sealed class RuleSet
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly string[] Files = ["context.json", "sections.json", "head.json", "chest.json"];

    private readonly Lexicon lexicon = new();
    private readonly Dictionary<string, string> choices = [];
    private readonly Dictionary<string, SectionKind> headings = [];
    private readonly HashSet<string> abbreviations = [];
    private readonly HashSet<string> joiners = [];
    private readonly Dictionary<int, WordRole> roles = [];
    private readonly Dictionary<int, Domain> regionWords = [];
    private readonly Dictionary<int, int> sides = [];
    private readonly List<TermRule> termRules = [];
    private readonly List<TriggerRule> triggerRules = [];
    private readonly Dictionary<(Domain, string), string> reportNames = [];
    private readonly Dictionary<TermRule, int> termIds = [];
    private readonly Dictionary<TriggerRule, int> triggerIds = [];
    private readonly HashSet<(string, string)> coexisting = [];
    private readonly Dictionary<Domain, PhraseFinder> terms = new() { [Domain.Head] = new(), [Domain.ChestXray] = new(), [Domain.ChestCt] = new() };

    private RuleSet(IEnumerable<JsonElement> sources)
    {
        foreach (var source in sources)
        {
            Read(source);
        }

        Splitter = new SentenceSplitter(headings.ToFrozenDictionary(), abbreviations.ToFrozenSet(), joiners.ToFrozenSet());
    }

    /// <summary>The rules as shipped.</summary>
    public static RuleSet Shipped { get; } = new(ShippedSources());

    public Lexicon Lexicon => lexicon;

    /// <summary>Finders of the findings' phrases, one for each kind of report that <paramref name="domain"/> holds.</summary>
    public IEnumerable<PhraseFinder> TermsOf(Domain domain) => terms.Where(pair => (pair.Key & domain) != 0).Select(pair => pair.Value);

    /// <summary>Two findings that may rest on the same words, though one phrase has more of them.</summary>
    public bool Coexist(string finding, string other) => coexisting.Contains((finding, other));

    public PhraseFinder Triggers { get; } = new();

    public IReadOnlyList<TermRule> TermRules => termRules;

    public IReadOnlyList<TriggerRule> TriggerRules => triggerRules;

    public SentenceSplitter Splitter { get; }

    /// <summary>Further names under which a kind of report lists a finding.</summary>
    public IReadOnlyDictionary<(Domain Domain, string Finding), string> ReportNames => reportNames;

    /// <summary>The shipped rules with a site's additions: the same properties as a term file.</summary>
    /// <exception cref="RuleException">The additions are not well formed.</exception>
    public static RuleSet With(JsonElement additions) => new([.. ShippedSources(), additions]);

    public WordRole RolesOf(in Token token)
    {
        var found = WordRole.None;
        foreach (var id in token.Classes)
        {
            found |= roles.GetValueOrDefault(id);
        }

        return found;
    }

    public Domain RegionOf(in Token token)
    {
        var found = Domain.None;
        foreach (var id in token.Classes)
        {
            found |= regionWords.GetValueOrDefault(id);
        }

        return found;
    }

    /// <summary>1 left, 2 right, 3 both, 4 midline, 0 no side.</summary>
    public int SideOf(in Token token)
    {
        foreach (var id in token.Classes)
        {
            if (sides.TryGetValue(id, out var side))
            {
                return side;
            }
        }

        return 0;
    }

    private static IEnumerable<JsonElement> ShippedSources()
    {
        foreach (var file in Files)
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"rules/{file}")
                ?? throw new RuleException($"The assembly lacks its rule file {file}.");
            using var document = JsonDocument.Parse(stream, Options);
            yield return document.RootElement.Clone();
        }
    }

    private void Read(JsonElement source)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            throw new RuleException("Rules are a JSON object.");
        }

        // Choices first: phrases of the same file use them.
        foreach (var choice in Properties(source, "choices"))
        {
            choices[choice.Name] = choice.Value.ValueKind == JsonValueKind.Array ? string.Join('|', Strings(choice.Value)) : Text(choice.Value);
        }

        var syntax = new PhraseSyntax(lexicon, choices);
        foreach (var heading in Properties(source, "sections"))
        {
            var kind = Parse<SectionKind>(heading.Name);
            foreach (var words in Strings(heading.Value))
            {
                headings[string.Join(' ', words.Split(' ').Select(Spelling.Fold))] = kind;
            }
        }

        foreach (var role in Properties(source, "roles"))
        {
            foreach (var word in Strings(role.Value))
            {
                var id = lexicon.IdOf(word);
                roles[id] = roles.GetValueOrDefault(id) | Parse<WordRole>(role.Name);
            }
        }

        foreach (var region in Properties(source, "regions"))
        {
            foreach (var word in Strings(region.Value))
            {
                regionWords[lexicon.IdOf(word)] = DomainOf(region.Name);
            }
        }

        var side = 0;
        foreach (var words in Properties(source, "sides"))
        {
            side++;
            foreach (var word in Strings(words.Value))
            {
                sides[lexicon.IdOf(word)] = side;
            }
        }

        foreach (var names in Properties(source, "reportNames"))
        {
            foreach (var name in names.Value.EnumerateObject())
            {
                reportNames[(DomainOf(names.Name), name.Name)] = Text(name.Value);
            }
        }

        if (source.TryGetProperty("abbreviations", out var shortened))
        {
            abbreviations.UnionWith(Strings(shortened).Select(Spelling.Fold));
        }

        if (source.TryGetProperty("joiners", out var joining))
        {
            joiners.UnionWith(Strings(joining).Select(Spelling.Fold));
        }

        if (source.TryGetProperty("spelledRight", out var plain))
        {
            lexicon.KeepAsIs(Strings(plain));
        }

        foreach (var group in Items(source, "coexisting"))
        {
            var names = Strings(group).ToArray();
            coexisting.UnionWith(from a in names from b in names select (a, b));
        }

        foreach (var trigger in Items(source, "triggers"))
        {
            AddTrigger(trigger, syntax);
        }

        foreach (var term in Items(source, "findings"))
        {
            AddTerm(term, syntax);
        }

        foreach (var ignored in Items(source, "ignore"))
        {
            AddPhrases(ignored, "phrases", new TermRule("", DomainOf(ignored), TermMode.Ignore), syntax);
        }
    }

    private void AddTrigger(JsonElement trigger, PhraseSyntax syntax)
    {
        var kind = Parse<TriggerKind>(Text(trigger, "kind"));
        var side = trigger.TryGetProperty("side", out var named) ? Text(named) : "before";
        var sides = side == "both" ? TriggerSide.Before | TriggerSide.After : Parse<TriggerSide>(side);
        var within = !trigger.TryGetProperty("within", out var limit) ? 30
            : limit.ValueKind == JsonValueKind.Number && limit.TryGetInt32(out var tokens) && tokens is > 0 and <= 100 ? tokens
            : throw new RuleException("A trigger's 'within' is a number of words from 1 to 100.");
        var untilComma = trigger.TryGetProperty("untilComma", out var until) && until.ValueKind == JsonValueKind.True;
        var rule = new TriggerRule(kind, sides, within, untilComma);
        if (!triggerIds.TryGetValue(rule, out var id))
        {
            triggerIds[rule] = id = triggerRules.Count;
            triggerRules.Add(rule);
        }

        foreach (var phrase in Strings(trigger.TryGetProperty("phrases", out var listed) ? listed : throw new RuleException("A trigger lacks 'phrases'.")))
        {
            Triggers.Add(syntax.Compile(phrase, id));
        }
    }

    private void AddTerm(JsonElement term, PhraseSyntax syntax)
    {
        var name = Text(term, "name");
        var domain = DomainOf(term);
        AddPhrases(term, "phrases", new TermRule(name, domain, TermMode.Names), syntax);
        AddPhrases(term, "denies", new TermRule(name, domain, TermMode.Denies), syntax);
        AddPhrases(term, "hints", new TermRule(name, domain, TermMode.Hints), syntax);
        AddPhrases(term, "rulesOut", new TermRule(name, domain, TermMode.RulesOut), syntax);
    }

    private void AddPhrases(JsonElement term, string property, TermRule rule, PhraseSyntax syntax)
    {
        if (term.ValueKind != JsonValueKind.Object)
        {
            throw new RuleException("A rule is not an object.");
        }

        if (!term.TryGetProperty(property, out var phrases))
        {
            return;
        }

        if (!termIds.TryGetValue(rule, out var id))
        {
            termIds[rule] = id = termRules.Count;
            termRules.Add(rule);
        }

        foreach (var phrase in Strings(phrases))
        {
            var start = syntax.Compile(phrase, id);
            foreach (var (domain, finder) in terms)
            {
                if ((domain & rule.Domain) != 0)
                {
                    finder.Add(start);
                }
            }
        }
    }

    private static Domain DomainOf(JsonElement item) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("in", out var named) ? DomainOf(Text(named)) : Domain.Any;

    private static Domain DomainOf(string name) => Parse<Domain>(name.Replace("-", "", StringComparison.Ordinal));

    private static T Parse<T>(string name) where T : struct, Enum =>
        Enum.TryParse<T>(name, ignoreCase: true, out var value) && !char.IsAsciiDigit(name[0]) ? value : throw new RuleException($"'{name}' is no {typeof(T).Name}.");

    private static string Text(JsonElement item, string property) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(property, out var value) ? Text(value) : throw new RuleException($"A rule lacks '{property}'.");

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 2_000 } text ? text : throw new RuleException("A rule has something else where text is wanted.");

    private static IEnumerable<string> Strings(JsonElement array) =>
        array.ValueKind == JsonValueKind.Array ? array.EnumerateArray().Select(Text) : throw new RuleException("A rule has something else where a list of phrases is wanted.");

    private static IEnumerable<JsonProperty> Properties(JsonElement source, string property) =>
        !source.TryGetProperty(property, out var value) ? [] : value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : throw new RuleException($"'{property}' is not an object.");

    private static IEnumerable<JsonElement> Items(JsonElement source, string property) =>
        !source.TryGetProperty(property, out var value) ? [] : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw new RuleException($"'{property}' is not a list.");
}
