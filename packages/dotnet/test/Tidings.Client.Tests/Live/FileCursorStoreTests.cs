namespace Tidings.Client.Tests.Live;

public sealed class FileCursorStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    private string File => Path.Combine(_folder, "below", "cursor.json");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Holds_nothing_before_anything_was_saved_and_then_what_was_saved_last()
    {
        var store = new FileCursorStore(File);
        Assert.Null(await store.LoadAsync(CancellationToken.None));
        await store.SaveAsync(new Cursor("e1", 4), CancellationToken.None);
        await store.SaveAsync(new Cursor("e\"2", 5), CancellationToken.None);
        Assert.Equal(new Cursor("e\"2", 5), await new FileCursorStore(File).LoadAsync(CancellationToken.None));
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public async Task Keeps_the_old_cursor_if_the_new_one_cannot_be_written()
    {
        // Nothing with a longer name can be made beside it.
        var file = Path.Combine(_folder, new string('c', 255));
        Directory.CreateDirectory(_folder);
        await System.IO.File.WriteAllTextAsync(file, """{"epoch":"e1","sequence":4}""");
        var store = new FileCursorStore(file);
        await Assert.ThrowsAnyAsync<IOException>(() => store.SaveAsync(new Cursor("e1", 5), CancellationToken.None).AsTask());
        Assert.Equal(new Cursor("e1", 4), await store.LoadAsync(CancellationToken.None));
        Assert.Equal([file], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Is_never_found_half_written_also_if_two_lives_overlap()
    {
        await new FileCursorStore(File).SaveAsync(new Cursor("e1", 0), CancellationToken.None);
        using var written = new CancellationTokenSource();
        var writing = Task.WhenAll(SaveAsync("a"), SaveAsync("b"));
        var reading = Task.Run(async () =>
        {
            while (!written.IsCancellationRequested)
            {
                Assert.NotNull(await new FileCursorStore(File).LoadAsync(CancellationToken.None));
            }
        });
        await writing;
        await written.CancelAsync();
        await reading;
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));

        async Task SaveAsync(string epoch)
        {
            var store = new FileCursorStore(File);
            for (var sequence = 1; sequence <= 200; sequence++)
            {
                await store.SaveAsync(new Cursor(epoch, sequence), CancellationToken.None);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"sequence\":")]
    [InlineData("{\"sequence\":4}")]
    [InlineData("{\"epoch\":\"e\",\"sequence\":-1}")]
    [InlineData("[]")]
    public async Task Says_that_what_it_holds_is_no_cursor(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, text);
        await Assert.ThrowsAsync<FormatException>(() => new FileCursorStore(File).LoadAsync(CancellationToken.None).AsTask());
    }
}
