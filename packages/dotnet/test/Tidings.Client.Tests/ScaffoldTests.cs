namespace Tidings.Client.Tests;

public sealed class CursorTests
{
    [Fact]
    public void Two_cursors_of_the_same_place_are_equal() => Assert.Equal(new Cursor("e", 4), new Cursor("e", 4));
}
