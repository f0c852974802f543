import { escapePointer } from '../../packages/contracts/src/json-document.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The pointer to a member of what `pointer` points to. */
export const below = (pointer: string, ...keys: readonly (string | number)[]): string =>
  `${pointer}${keys.map((key) => `/${escapePointer(String(key))}`).join('')}`;

/** Own members only, so that a key such as `constructor` is not found where nobody wrote it. */
export const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;

/** What a pointer points to, or `undefined` where there is nothing. Source: RFC 6901, section 4. */
export function resolvePointer(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(member, document);
}
