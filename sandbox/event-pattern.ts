import { isObject } from './http.ts';
import { SandboxError } from './sandbox-error.ts';

/** Tells whether an event (or a part of it) matches. */
export type Matcher = (value: unknown) => boolean;

type Test = (value: unknown) => boolean;

/** Operators on one value. Source: EventBridge user guide, "Comparison operators for use in event patterns". */
const OPERATORS: Readonly<Record<string, (operand: unknown, where: string) => Test>> = {
  prefix: (operand, where) => onText(operand, where, (value, prefix) => value.startsWith(prefix)),
  suffix: (operand, where) => onText(operand, where, (value, suffix) => value.endsWith(suffix)),
  'equals-ignore-case': (operand, where) =>
    onText(operand, where, (value, other) => value.toLowerCase() === other.toLowerCase()),
  wildcard: (operand, where) => onText(operand, where, matchesWildcard),
  'anything-but': (operand, where) => {
    const refused = Array.isArray(operand) ? operand : [operand];
    const tests = refused.map((entry) =>
      isObject(entry) ? compileOperator(entry, where) : (value: unknown) => value === entry,
    );
    return (value) => !tests.some((test) => test(value));
  },
  numeric: (operand, where) => {
    if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0)
      throw wrong(where, operand, 'pairs of comparison and number');
    const comparisons = operand.flatMap((entry, index) =>
      index % 2 === 0 ? [comparison(entry, operand[index + 1], where)] : [],
    );
    return (value) => typeof value === 'number' && comparisons.every((holds) => holds(value));
  },
};

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/**
 * Makes a matcher of an event pattern.
 *
 * @throws SandboxError for an operator that it does not know
 */
export function compilePattern(pattern: unknown, where = 'the pattern'): Matcher {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw wrong(where, pattern, 'an object with at least one field');
  const fields = Object.entries(pattern).map(([name, expected]): Matcher => {
    const path = `${where}, ${name}`;
    if (name === '$or') {
      if (!Array.isArray(expected)) throw wrong(path, expected, 'a list of patterns');
      const alternatives = expected.map((alternative) => compilePattern(alternative, path));
      return (value) => alternatives.some((matches) => matches(value));
    }
    const matches = Array.isArray(expected) ? compileLeaf(expected, path) : compilePattern(expected, path);
    return (value) => matches(isObject(value) ? value[name] : undefined);
  });
  return (value) => candidates(value).some((candidate) => fields.every((matches) => matches(candidate)));
}

/** A field's list of alternatives. A list in the event matches when one of its values does. */
function compileLeaf(expected: readonly unknown[], where: string): Matcher {
  const tests = expected.map((entry): Matcher => {
    if (!isObject(entry)) return (value) => candidates(value).some((candidate) => candidate === entry);
    if (Object.hasOwn(entry, 'exists')) return (value) => (value !== undefined) === entry['exists'];
    const test = compileOperator(entry, where);
    return (value) => value !== undefined && candidates(value).some(test);
  });
  return (value) => tests.some((test) => test(value));
}

function compileOperator(entry: Readonly<Record<string, unknown>>, where: string): Test {
  const [name = '', ...others] = Object.keys(entry);
  const operator = Object.hasOwn(OPERATORS, name) && others.length === 0 ? OPERATORS[name] : undefined;
  if (operator === undefined) {
    const known = [...Object.keys(OPERATORS), 'exists', '$or'].join(', ');
    throw new SandboxError(
      `${where}: uses the operator ${JSON.stringify(entry)}, which the sandbox does not know. It knows: ${known}`,
    );
  }
  return operator(entry[name], where);
}

const candidates = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function onText(operand: unknown, where: string, test: (value: string, operand: string) => boolean): Test {
  const operands = candidates(operand).map((entry) => {
    if (typeof entry !== 'string') throw wrong(where, operand, 'a string');
    return entry;
  });
  return (value) => typeof value === 'string' && operands.some((entry) => test(value, entry));
}

/** `*` stands for any run of characters. Walks once through both, going back to the last `*` only. */
function matchesWildcard(value: string, pattern: string): boolean {
  let at = 0;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return value === pattern;
  if (!value.startsWith(first)) return false;
  at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}

function comparison(symbol: unknown, number: unknown, where: string): (value: number) => boolean {
  const compare = typeof symbol === 'string' && Object.hasOwn(COMPARISONS, symbol) ? COMPARISONS[symbol] : undefined;
  if (compare === undefined || typeof number !== 'number')
    throw wrong(where, [symbol, number], 'a comparison and a number');
  return (value) => compare(value, number);
}

const wrong = (where: string, found: unknown, expected: string): SandboxError =>
  new SandboxError(`${where}: found ${JSON.stringify(found)}, expected ${expected}`);
