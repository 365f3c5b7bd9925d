using QureHost.Sdk;
using QureHost.Sdk.Inference;

namespace QureHost.Plugins.ChestXray.Reading;

/// <summary>A run's outputs by their names; disposing ends their leases.</summary>
internal sealed class ModelOutputs(IModel model, IReadOnlyList<ITensor> tensors) : IDisposable
{
    public ITensor this[string name]
    {
        get
        {
            for (var i = 0; i < model.Outputs.Count; i++)
            {
                if (model.Outputs[i].Name == name)
                {
                    return tensors[i];
                }
            }

            throw new ModelUnavailableException($"Model '{model.Name}' {model.Version} has no output '{name}': it does not belong to this version of the product.");
        }
    }

    public void Dispose()
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }
}
