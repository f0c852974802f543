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
        var store = new FileCursorStore(File);
        await store.SaveAsync(new Cursor("e1", 4), CancellationToken.None);
        Directory.CreateDirectory(File + ".new");
        await Assert.ThrowsAnyAsync<Exception>(() => store.SaveAsync(new Cursor("e1", 5), CancellationToken.None).AsTask());
        Assert.Equal(new Cursor("e1", 4), await store.LoadAsync(CancellationToken.None));
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
