namespace Tidings.Client;

/// <summary>Stretches of sequences, both ends included, that neither overlap nor touch.</summary>
internal sealed class Ranges
{
    /// <summary>In order.</summary>
    private readonly List<(long From, long Through)> _ranges = [];

    public int Count => _ranges.Count;

    public bool Has(long sequence)
    {
        var index = FirstReaching(sequence);
        return index < _ranges.Count && _ranges[index].From <= sequence;
    }

    /// <summary>Whether a stretch would be added without making one range more.</summary>
    public bool Touches(long from, long through)
    {
        var index = FirstReaching(from - 1);
        return index < _ranges.Count && _ranges[index].From <= through + 1;
    }

    public void Add(long from, long through)
    {
        var begin = FirstReaching(from - 1);
        var end = begin;
        while (end < _ranges.Count && _ranges[end].From <= through + 1)
        {
            from = Math.Min(from, _ranges[end].From);
            through = Math.Max(through, _ranges[end].Through);
            end++;
        }

        _ranges.RemoveRange(begin, end - begin);
        _ranges.Insert(begin, (from, through));
    }

    /// <summary>
    /// Forgets what is at or below a sequence, and a range that goes on from it. Returns how far one then comes.
    /// </summary>
    public long Absorb(long sequence)
    {
        var passed = 0;
        while (passed < _ranges.Count && _ranges[passed].From <= sequence + 1)
        {
            sequence = Math.Max(sequence, _ranges[passed].Through);
            passed++;
        }

        _ranges.RemoveRange(0, passed);
        return sequence;
    }

    public void Clear() => _ranges.Clear();

    /// <summary>Index of the first range that ends at or above a sequence.</summary>
    private int FirstReaching(long sequence)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_ranges[middle].Through < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
