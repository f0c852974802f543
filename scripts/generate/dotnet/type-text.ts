import type { CsProperty, CsType } from './model.ts';

/** A type as C# writes it. */
export function textOf(type: CsType): string {
  switch (type.kind) {
    case 'declared':
      return type.name;
    case 'list':
      return `IReadOnlyList<${textOf(type.of)}${type.nullableItems ? '?' : ''}>`;
    case 'map':
      return `IReadOnlyDictionary<string, ${textOf(type.of)}${type.nullableItems ? '?' : ''}>`;
    default:
      return SIMPLE[type.kind];
  }
}

const SIMPLE = {
  json: 'JsonElement',
  text: 'string',
  boolean: 'bool',
  int: 'int',
  long: 'long',
  double: 'double',
  decimal: 'decimal',
  timestamp: 'System.DateTimeOffset',
  date: 'CalendarDate',
} as const;

/** With its question mark, where a value may be absent. */
export const declaredType = ({ type, required, nullable, constant }: CsProperty): string =>
  `${textOf(type)}${!required || nullable || constant === 'null' ? '?' : ''}`;
