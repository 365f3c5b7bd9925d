using System.Text.Json;
using QureHost.Sdk;
using QureHost.Sdk.Results;

namespace QureHost.Sdk.Tests;

public sealed class ResultJsonTests
{
    [Fact]
    public void A_finding_names_its_kind_and_comes_back_equal()
    {
        Result finding = new Finding { Id = "effusion-right", Name = "pleural_effusion", Presence = Presence.Present, Probability = .81, Laterality = Laterality.Right };

        var json = JsonSerializer.Serialize(finding, SdkJson.Default.Result);
        var back = JsonSerializer.Deserialize(json, SdkJson.Default.Result);

        Assert.StartsWith("""{"kind":"finding","name":"pleural_effusion","presence":"Present","probability":0.81,"laterality":"Right""", json);
        Assert.Equal("effusion-right", Assert.IsType<Finding>(back).Id);
    }

    [Fact]
    public void The_bytes_of_a_mask_are_never_in_the_json()
    {
        Result mask = new Mask { Id = "m", Form = MaskForm.Heatmap, Images = [new ImageRef("1.2")], Rows = 1, Columns = 2, Data = new byte[] { 1, 2 } };

        Assert.DoesNotContain("data", JsonSerializer.Serialize(mask, SdkJson.Default.Result), StringComparison.OrdinalIgnoreCase);
    }
}
