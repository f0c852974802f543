namespace Microsoft.CodeAnalysis;

/// <summary>
/// What has it exists for its own assembly only, even where internals are visible: without it, tests of the build for
/// netstandard2.0 would see each of these types once more in every package, beside the framework's.
/// </summary>
[Embedded]
[AttributeUsage(AttributeTargets.All)]
internal sealed class EmbeddedAttribute : Attribute;
