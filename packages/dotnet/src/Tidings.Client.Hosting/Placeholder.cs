namespace Tidings.Client;

/// <summary>Placeholder.</summary>
public static class Placeholder;
