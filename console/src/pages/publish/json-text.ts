import { jsonLanguage } from '@codemirror/lang-json';
import { tokensOf } from './violations.ts';

/** A text that was read as JSON, or the first thing that keeps it from being any. */
export type JsonReading = { readonly value: unknown } | { readonly mistake: JsonMistake };

export interface JsonMistake {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters as the engine counts them. */
  readonly column: number;
  readonly message: string;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

type Tree = ReturnType<typeof jsonLanguage.parser.parse>;
type SyntaxNode = Tree['topNode'];

/** Reads JSON. Engines say in ways of their own where a mistake is, or not at all; so the place is found by a grammar. */
export function readJson(text: string): JsonReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { mistake: firstMistake(text, error) };
  }
  const inexact = inexactNumber(text);
  return inexact === undefined ? { value } : { mistake: inexact };
}

export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Where in a JSON text a value is that a pointer leads to; the innermost around it if it leads nowhere. */
export function placeOf(text: string, pointer: string): Stretch | undefined {
  let node: SyntaxNode | null = jsonLanguage.parser.parse(text).topNode.firstChild;
  if (node === null) return undefined;
  for (const key of tokensOf(pointer)) {
    const inner: SyntaxNode | null = childOf(node, key, text);
    if (inner === null) break;
    node = inner;
  }
  return { from: node.from, to: node.to };
}

function childOf(node: SyntaxNode, key: string, text: string): SyntaxNode | null {
  if (node.name === 'Array') {
    const items: SyntaxNode[] = [];
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      if (!['[', ']', ','].includes(child.name)) items.push(child);
    }
    return /^\d+$/.test(key) ? (items[Number(key)] ?? null) : null;
  }
  if (node.name !== 'Object') return null;
  // Of a name that comes twice, the last one counts.
  let found: SyntaxNode | null = null;
  for (const property of node.getChildren('Property')) {
    const name = property.getChild('PropertyName');
    if (name !== null && JSON.parse(text.slice(name.from, name.to)) === key) found = property.lastChild;
  }
  return found;
}

const EXPECTED: Readonly<Record<string, string>> = {
  Object: 'a property, "," or "}"',
  Array: 'a value, "," or "]"',
  Property: 'a name, ":" and a value',
  JsonText: 'one JSON value and nothing after it',
};

/** The grammar takes seconds for megabytes that are no JSON. In characters; above it, the engine says where, as far as it does. */
const MOST_PARSED = 1_000_000;

function firstMistake(text: string, error: unknown): JsonMistake {
  if (text.trim() === '') return { line: 1, column: 1, message: 'expected JSON, found nothing' };
  let found: JsonMistake | undefined;
  const parsed = text.length > MOST_PARSED ? undefined : jsonLanguage.parser.parse(text);
  parsed?.iterate({
    enter(node) {
      if (found !== undefined) return false;
      if (!node.type.isError) return true;
      const parent = node.node.parent?.name ?? '';
      // What is missing before a line's end is missed where the next thing stands.
      const offset = node.from + (/^\s*/.exec(text.slice(node.from))?.[0].length ?? 0);
      const character = text.slice(offset, offset + 1);
      const what = character === '' ? 'the end' : JSON.stringify(character);
      const message = `expected ${EXPECTED[parent] ?? 'a JSON value'}, found ${what}`;
      found = { ...lineAndColumn(text, offset), message };
      return false;
    },
  });
  if (found !== undefined) return found;
  // What only the engine finds, such as a control character in a string. It names no place where the text just ends.
  const message = error instanceof Error ? error.message : 'expected JSON';
  const position = /position (\d+)/.exec(message)?.[1];
  const place = message.includes('end of') ? text.length : Number(position ?? 0);
  return { ...lineAndColumn(text, place), message };
}

/** The first whole number, in digits, that no double holds: it would be sent as another one. */
function inexactNumber(text: string): JsonMistake | undefined {
  if (!/\d{16}/.test(text) && !/e\+?\d{3}/i.test(text)) return undefined;
  let found: JsonMistake | undefined;
  jsonLanguage.parser.parse(text).iterate({
    enter({ name, from, to }) {
      if (found !== undefined || name !== 'Number' || isExact(text.slice(from, to))) return found === undefined;
      const message = 'expected a number that a double can hold, or a string: this one would be sent as another';
      found = { ...lineAndColumn(text, from), message };
      return false;
    },
  });
  return found;
}

const isExact = (digits: string): boolean =>
  /^-?\d+$/.test(digits) ? BigInt(digits) === BigInt(Number(digits)) : Number.isFinite(Number(digits));
