using static QureHost.Sdk.Vocabulary.FindingNames;

namespace QureHost.Sdk.Vocabulary;

public static partial class FindingVocabulary
{
    private static IEnumerable<FindingDefinition> General() =>
    [
        new(Normal, "Normal study", FindingGroup.General) { Aliases = ["no finding", "no findings"] },
        new(SliceArtifact, "Image artefact", FindingGroup.General) { Aliases = ["artifact", "artefact", "image artifact"] },
    ];
}
