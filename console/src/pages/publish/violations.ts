import type { ErrorSchema } from '@rjsf/utils';
import type { Violation } from '@tidings/client';

/** The keys that a JSON pointer goes through. Source: RFC 6901. */
export const tokensOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

export const pointerOf = (tokens: readonly (string | number)[]): string =>
  tokens.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What a pointer leads to; `undefined` if it leads nowhere. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const key of tokensOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

const MISSING = /required property '(.+?)'/;

/**
 * Puts each violation at the place where it can be mended: that a property is missing is said of the object around it, but
 * it is the property's field that is to be filled in.
 */
export const atFields = (violations: readonly Violation[]): readonly Violation[] =>
  violations.map(({ path, message }) => {
    const missing = MISSING.exec(message)?.[1];
    return missing === undefined ? { path, message } : { path: path + pointerOf([missing]), message };
  });

/** What is wrong with the data of an event, as the form takes it. */
export function toErrorSchema(violations: readonly Violation[]): ErrorSchema {
  const root: Record<string, unknown> = {};
  for (const { path, message } of violations) {
    const [first, ...keys] = tokensOf(path);
    if (first !== 'data') continue;
    let node = root;
    for (const key of keys) {
      if (!Object.hasOwn(node, key)) node[key] = {};
      node = node[key] as Record<string, unknown>;
    }
    node['__errors'] = [...((node['__errors'] as string[] | undefined) ?? []), message];
  }
  return root as ErrorSchema;
}

/** What is wrong with an attribute of an event, in one text; a list may have several mistakes. */
export function attributeError(violations: readonly Violation[], name: string): string | undefined {
  const messages = violations.filter(({ path }) => tokensOf(path)[0] === name).map(({ message }) => message);
  return messages.length === 0 ? undefined : messages.join('; ');
}

/** What may still be wrong after a change: of what has changed, nothing is known any more. */
export function remaining(violations: readonly Violation[], before: unknown, after: unknown): readonly Violation[] {
  const left = violations.filter(
    ({ path }) => JSON.stringify(valueAt(before, path)) === JSON.stringify(valueAt(after, path)),
  );
  return left.length === violations.length ? violations : left;
}
