using System.Text.Json;

namespace Tidings.Client;

/// <summary>
/// Keeps the cursor in a file. It is replaced as a whole: after a crash it holds the old cursor or the new one, and nothing
/// between. One file belongs to one consumer.
/// </summary>
/// <param name="path">The file. Its folder is made if it is not there.</param>
public sealed class FileCursorStore(string path) : ICursorStore
{
    private readonly string _path = Path.GetFullPath(path);

    /// <summary>Where the file is written first: a life that ends and the next that begins must not write into each other's.</summary>
    private readonly string _temporary = $"{Path.GetFullPath(path)}.{Guid.NewGuid():N}.new";

    /// <inheritdoc />
    public ValueTask<Cursor?> LoadAsync(CancellationToken cancellationToken) => new(Task.Run(Load, cancellationToken));

    /// <inheritdoc />
    public ValueTask SaveAsync(Cursor cursor, CancellationToken cancellationToken) =>
        new(Task.Run(() => Save(cursor), cancellationToken));

    private Cursor? Load()
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(_path);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var stored = document.RootElement;
            if (stored.ValueKind == JsonValueKind.Object
                && stored.TryGetProperty("epoch", out var epoch)
                && epoch.ValueKind == JsonValueKind.String
                && stored.TryGetProperty("sequence", out var sequence)
                && sequence.ValueKind == JsonValueKind.Number
                && sequence.TryGetInt64(out var number)
                && number >= 0)
            {
                return new Cursor(epoch.GetString()!, number);
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new FormatException($"Expected a cursor {{\"epoch\":\"…\",\"sequence\":41}} in {_path}, found something else");
    }

    private void Save(Cursor cursor)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        try
        {
            Write(cursor);
            Replace();
        }
        catch (Exception)
        {
            if (File.Exists(_temporary))
            {
                File.Delete(_temporary);
            }

            throw;
        }
    }

    private void Write(Cursor cursor)
    {
        using var stream = new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("epoch", cursor.Epoch);
            writer.WriteNumber("sequence", cursor.Sequence);
            writer.WriteEndObject();
        }

        // On the disk before the name points at it: otherwise a power cut could leave an empty file.
        stream.Flush(flushToDisk: true);
    }

    private void Replace()
    {
#if NET
        File.Move(_temporary, _path, overwrite: true);
#else
        if (File.Exists(_path))
        {
            File.Replace(_temporary, _path, destinationBackupFileName: null);
        }
        else
        {
            File.Move(_temporary, _path);
        }
#endif
    }
}
