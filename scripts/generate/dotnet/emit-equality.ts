import type { CsRecord, CsType } from './model.ts';
import { declaredType } from './type-text.ts';

const isJson = (type: CsType): boolean => type.kind === 'json' || ('of' in type && isJson(type.of));

/** Whether it holds JSON that no type describes. */
export const hasJson = ({ properties, others }: CsRecord): boolean =>
  others !== undefined || properties.some(({ type }) => isJson(type));

/** Whether the compiler's own comparison would not do: it takes the same JSON, read twice, for different. */
export const needsEquality = ({ properties, others }: CsRecord): boolean =>
  others !== undefined || properties.some(({ type, constant }) => type.kind === 'json' && constant === undefined);

/** Comparison by value, as records have it, also of JSON. */
export function emitEquality({ name, properties, others }: CsRecord): string {
  const compared = properties.filter(({ constant }) => constant === undefined);
  const parts = [
    ...compared.map(
      (property) => `ValueComparer<${declaredType(property)}>.Default.Equals(${property.name}, other.${property.name})`,
    ),
    ...(others === undefined
      ? []
      : [`ValueComparer<IDictionary<string, JsonElement>?>.Default.Equals(${others}, other.${others})`]),
  ];
  // What is equal must have the same hash; of JSON there is none, so only the rest counts, and of that seven are enough.
  const hashed = compared
    .filter(({ type }) => type.kind !== 'json')
    .slice(0, 7)
    .map((property) => property.name);
  return `    /// <inheritdoc/>
    public bool Equals(${name}? other) =>
        other is not null
${parts.map((part) => `        && ${part}`).join('\n')};

    /// <inheritdoc/>
    public override int GetHashCode() => ${hashed.length === 0 ? '0' : `global::System.ValueTuple.Create(${hashed.join(', ')}).GetHashCode()`};
`;
}
