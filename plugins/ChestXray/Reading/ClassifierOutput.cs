namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>The classifier's word on one film, averaged over the film, its chest field and their mirror images.</summary>
/// <param name="Logits">One a finding.</param>
/// <param name="Maps">[finding, row, column] over the chest field.</param>
/// <param name="MapSize">Rows and columns of a map.</param>
internal sealed record ClassifierOutput(double[] Logits, float[] Maps, int MapSize);
