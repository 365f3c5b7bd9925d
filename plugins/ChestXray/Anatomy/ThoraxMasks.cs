namespace QureHost.Plugins.ChestXray.Anatomy;

/// <summary>Probabilities 0..1 of lung field and heart on a square grid over the whole image, row by row.</summary>
internal sealed record ThoraxMasks(int Size, float[] Lung, float[] Heart)
{
    private const float Inside = 0.5f;

    /// <summary>Parts smaller than this share of the largest are taken for specks: a corner taken for lung.</summary>
    private const double SpeckShare = 0.1;

    /// <summary>The masks without specks.</summary>
    public ThoraxMasks Cleaned() => this with { Lung = WithoutSpecks(Lung), Heart = WithoutSpecks(Heart) };

    private float[] WithoutSpecks(float[] mask)
    {
        var labels = new int[mask.Length];
        List<int> sizes = [0];
        var pending = new Stack<int>();
        for (var start = 0; start < mask.Length; start++)
        {
            if (mask[start] < Inside || labels[start] != 0)
            {
                continue;
            }

            sizes.Add(0);
            Fill(start, sizes.Count - 1);
        }

        var smallest = SpeckShare * sizes.Max();
        var cleaned = (float[])mask.Clone();
        for (var i = 0; i < cleaned.Length; i++)
        {
            if (labels[i] != 0 && sizes[labels[i]] < smallest)
            {
                cleaned[i] = 0;
            }
        }

        return cleaned;

        void Fill(int seed, int label)
        {
            labels[seed] = label;
            pending.Push(seed);
            while (pending.TryPop(out var at))
            {
                sizes[label]++;
                var x = at % Size;
                Visit(x > 0, at - 1);
                Visit(x < Size - 1, at + 1);
                Visit(at >= Size, at - Size);
                Visit(at < mask.Length - Size, at + Size);
            }

            void Visit(bool exists, int next)
            {
                if (exists && labels[next] == 0 && mask[next] >= Inside)
                {
                    labels[next] = label;
                    pending.Push(next);
                }
            }
        }
    }
}
