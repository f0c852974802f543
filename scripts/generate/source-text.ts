import { isObject } from './json-value.ts';

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** A text as a literal in single quotes. Line separators end a line in old parsers, so they are escaped too. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** A member's name as it stands before a colon. */
export const memberName = (name: string): string => (IDENTIFIER.test(name) ? name : quoted(name));

/** A JSON value as a literal over several lines. It must hold no key `__proto__`, as no checked schema does. */
export function literal(value: unknown, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) {
    return block(
      '[]',
      value.map((item) => literal(item, `${indent}  `)),
      indent,
    );
  }
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) => `${memberName(key)}: ${literal(inner, `${indent}  `)}`);
  return block('{}', members, indent);
}

/** A documentation comment. Nothing in the text can end it early. */
export function comment(text: string, indent = ''): string {
  const lines = text
    .trim()
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */`;
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`].join('\n');
}

function block([open = '', close = '']: string, parts: readonly string[], indent: string): string {
  if (parts.length === 0) return `${open}${close}`;
  return `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${close}`;
}
