import { below, isObject } from './json-value.ts';

/** A copy of some data in which one thing is different. */
export interface Mutant {
  readonly what: string;
  readonly data: unknown;
}

/** For tests: data with one member missing, one too many, or one value of another kind, at every place. */
export function mutants(data: unknown, pointer = ''): Mutant[] {
  return [
    ...replacements(data).map((value) => ({ what: `${pointer} = ${JSON.stringify(value)}`, data: value })),
    ...(Array.isArray(data) ? inItems(data, pointer) : isObject(data) ? inMembers(data, pointer) : []),
  ];
}

function replacements(value: unknown): unknown[] {
  const others: unknown[] = ['some other text', 12345, true, null, { unexpected: true }, ['unexpected']];
  return others.filter((other) => kindOf(other) !== kindOf(value) || typeof value === 'string');
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

function inMembers(data: Readonly<Record<string, unknown>>, pointer: string): Mutant[] {
  return [
    { what: `${pointer} with a member too many`, data: { ...data, unexpectedMember: 1 } },
    ...Object.entries(data).flatMap(([key, value]) => {
      const { [key]: _left, ...rest } = data;
      return [
        { what: `without ${below(pointer, key)}`, data: rest },
        ...mutants(value, below(pointer, key)).map(({ what, data: inner }) => ({
          what,
          data: Object.fromEntries(Object.entries(data).map(([name, old]) => [name, name === key ? inner : old])),
        })),
      ];
    }),
  ];
}

const inItems = (data: readonly unknown[], pointer: string): Mutant[] =>
  data.flatMap((item, index) =>
    mutants(item, below(pointer, index)).map(({ what, data: inner }) => ({ what, data: data.with(index, inner) })),
  );
