using System.Text;

namespace QureHost.Dicom.Tests;

/// <summary>Character sets (PS3.5 §6.1 and annexes H to K, whose examples these are) and names.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("ISO 2022 IR 87", "Yamada^Tarou=\u001b$B;3ED\u001b(B^\u001b$BB@O:\u001b(B=\u001b$B$d$^$@\u001b(B^\u001b$B$?$m$&\u001b(B", "Yamada^Tarou=山田^太郎=やまだ^たろう")]
    [InlineData("ISO 2022 IR 149", "Hong^Gildong=\u001b$)C\u00fb\u00f3^\u001b$)C\u00d1\u00ce\u00d4\u00d7=\u001b$)C\u00c8\u00ab^\u001b$)C\u00b1\u00e6\u00b5\u00bf", "Hong^Gildong=洪^吉洞=홍^길동")]
    [InlineData("ISO 2022 IR 58", "Zhang^XiaoDong=\u001b$)A\u00d5\u00c5^\u001b$)A\u00d0\u00a1\u00b6\u00ab=", "Zhang^XiaoDong=张^小东=")]
    public void Code_extensions_of_the_standards_examples_are_read_and_written(string second, string bytes, string text)
    {
        var charset = CharacterSet.Get("", second);

        Assert.Equal(text, charset.Decode(Encoding.Latin1.GetBytes(bytes)));
        Assert.Equal(text, charset.Decode(charset.Encode(text)));
        if (second != "ISO 2022 IR 87")
        {
            Assert.Equal(bytes, Encoding.Latin1.GetString(charset.Encode(text)));
        }
    }

    [Fact]
    public void Katakana_and_kanji_of_annex_H_are_read()
    {
        var bytes = Encoding.Latin1.GetBytes("\u00d4\u00cf\u00c0\u00de^\u00c0\u00db\u00b3=\u001b$B;3ED\u001b(J^\u001b$BB@O:\u001b(J=\u001b$B$d$^$@\u001b(J^\u001b$B$?$m$&\u001b(J");
        var charset = CharacterSet.Get("ISO 2022 IR 13", "ISO 2022 IR 87");

        Assert.Equal("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", charset.Decode(bytes));
        Assert.Equal(bytes, charset.Encode("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"));
    }

    [Fact]
    public void Designations_are_reset_at_delimiters()
    {
        // After the caret the Korean set is no longer designated: the bytes are no Hangul.
        var text = CharacterSet.Get("", "ISO 2022 IR 149").Decode(Encoding.Latin1.GetBytes("\u001b$)C\u00c8\u00ab^\u00b1\u00e6"));

        Assert.StartsWith("홍^", text);
        Assert.DoesNotContain("길", text);
    }

    [Theory]
    [InlineData("ISO_IR 192")]
    [InlineData("ISO-IR 192")]
    [InlineData("ISO IR 192")]
    [InlineData("ISO_IR_192")]
    [InlineData("UTF-8")]
    public void Spellings_of_UTF_8_are_understood(string term)
    {
        Assert.Equal("Ω", CharacterSet.Get(term).Decode("Ω"u8));
        Assert.True(CharacterSet.IsKnown(term));
    }

    [Theory]
    [InlineData("GB18030", "Wang^XiaoDong=王^小东")]
    [InlineData("GBK", "Wang^XiaoDong=王^小东")]
    [InlineData("ISO_IR 100", "Buc^Jérôme")]
    [InlineData("ISO_IR 144", "Люкceмбypг")]
    [InlineData("ISO_IR 126", "Διονυσιος")]
    [InlineData("ISO_IR 127", "قباني^لنزار")]
    [InlineData("ISO_IR 138", "שרון^דבורה")]
    [InlineData("ISO_IR 166", "สวัสดี")]
    [InlineData("ISO_IR 101", "Wałęsa")]
    [InlineData("ISO_IR 148", "Çavuşoğlu")]
    [InlineData("ISO_IR 203", "€")]
    public void Text_survives_its_character_set(string term, string text)
    {
        var charset = CharacterSet.Get(term);

        Assert.Equal(text, charset.Decode(charset.Encode(text)));
    }

    [Fact]
    public void A_backslash_inside_a_Chinese_character_is_no_delimiter()
    {
        // 乗 is 81 5C in GB18030.
        var dataset = new DicomDataset().Add(DicomTags.SpecificCharacterSet, "GB18030").Add(DicomTags.PatientID, "乗a", "b");

        Assert.Equal(["乗a", "b"], dataset.GetStrings(DicomTags.PatientID));
        Assert.Equal("乗a", dataset.GetString(DicomTags.PatientID));
    }

    [Fact]
    public void A_peers_default_character_set_is_used_where_the_dataset_names_none()
    {
        var bytes = Samples.File(TransferSyntax.ExplicitLittleEndian, Samples.Element(0x00100010, "PN", [0xC9, 0xA6]));

        Assert.Equal("Éŕ"[..1], DicomFile.Parse(bytes).Dataset.GetString(DicomTags.PatientName)![..1]);
        Assert.Equal("Щі"[..1], DicomFile.Parse(bytes, new DicomReadOptions { DefaultCharset = "ISO_IR 144" }).Dataset.GetString(DicomTags.PatientName)![..1]);
    }

    [Fact]
    public void An_item_with_text_of_another_character_set_declares_it()
    {
        var dataset = new DicomDataset().Add(DicomTags.SpecificCharacterSet, "ISO_IR 100").Add(DicomTags.SOPClassUID, "1.2").Add(DicomTags.SOPInstanceUID, "1.3")
            .Add(DicomTags.PatientName, "Bühler").AddSequence(DicomTags.ConceptNameCodeSequence, new DicomDataset().Add(DicomTags.CodeMeaning, "Ελλάδα"));

        var read = DicomFile.Parse(DicomFile.ToBytes(dataset, TransferSyntax.ExplicitLittleEndian)).Dataset;

        Assert.Equal("Bühler", read.GetString(DicomTags.PatientName));
        Assert.Equal("Ελλάδα", read.GetItem(DicomTags.ConceptNameCodeSequence)!.GetString(DicomTags.CodeMeaning));
        Assert.Equal("ISO_IR 192", read.GetItem(DicomTags.ConceptNameCodeSequence)!.GetString(DicomTags.SpecificCharacterSet));
    }

    [Theory]
    [InlineData("Müller^Jürgen^^Dr.", "muller^jurgen^^dr.")]
    [InlineData("MÜLLER ^ Jürgen", "muller^jurgen")]
    [InlineData("Ｙａｍａｄａ^ﾀﾛｳ=山田^太郎=", "yamada^タロウ=山田^太郎")]
    [InlineData("Łukasiewicz^Øystein", "lukasiewicz^oystein")]
    [InlineData("Straße", "strasse")]
    [InlineData("ДОСТОЕВСКИЙ", "достоевскии")]
    public void Names_fold_to_what_a_person_would_type(string name, string folded)
    {
        Assert.Equal(folded, PersonNames.Fold(name));
    }

    [Theory]
    [InlineData("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Adams, Rev. John Robert Quincy, B.A. M.Div.")]
    [InlineData("^^^^=山田^太郎", "山田, 太郎")]
    [InlineData("", "")]
    public void Names_are_shown_as_people_write_them(string name, string shown)
    {
        Assert.Equal(shown, PersonNames.Display(name));
    }

    [Fact]
    public void Decimal_strings_fit_into_sixteen_characters()
    {
        foreach (var value in new[] { Math.PI, -Math.PI * 1e-7, 1e300 / 3, -1 / 3d, 123456789.123456789 })
        {
            var dataset = new DicomDataset().Add(DicomTags.SliceThickness, value);
            Assert.InRange(dataset.GetString(DicomTags.SliceThickness)!.Length, 1, 16);
            Assert.Equal(value, dataset.GetDouble(DicomTags.SliceThickness)!.Value, Math.Abs(value) * 1e-8);
        }
    }

    [Fact]
    public void New_UIDs_are_valid_and_differ()
    {
        var uids = Enumerable.Range(0, 100).Select(_ => DicomUid.New()).ToHashSet();

        Assert.Equal(100, uids.Count);
        Assert.All(uids, u => Assert.True(DicomUid.IsValid(u)));
        Assert.False(DicomUid.IsValid("1.02.3"));
        Assert.False(DicomUid.IsValid("1..3"));
        Assert.True(DicomUid.IsValid("1.0.3"));
    }

    [Fact]
    public void The_dictionary_knows_tags_keywords_and_repeating_groups()
    {
        Assert.True(DicomDictionary.TryGet(DicomTags.PatientName, out var name));
        Assert.Equal(("PatientName", DicomVr.PN, "1", "Patient's Name"), (name.Keyword, name.Vr, name.Vm, name.Name));
        Assert.True(DicomDictionary.TryGet(0x60023000, out var overlay));
        Assert.Equal(("OverlayData", DicomVr.OW), (overlay.Keyword, overlay.Vr));
        Assert.True(DicomDictionary.TryGetByKeyword("StudyInstanceUID", out var study));
        Assert.Equal(DicomTags.StudyInstanceUID, study);
        Assert.True(DicomTag.TryParse("0020000D", out study) && study == DicomTags.StudyInstanceUID);
        Assert.False(DicomDictionary.TryGetByKeyword("NoSuchKeyword", out _));
    }
}
