import { describe } from '../../packages/contracts/src/identifiers.ts';
import { errorAt, type Finding } from './finding.ts';
import { below, isObject, type JsonObject, resolvePointer } from './json-value.ts';
import { targetOf } from './reference.ts';
import { children, subschemas } from './subschemas.ts';

/** Keywords by which a schema could name another one in a way that is not a plain path inside its own file. */
const REFUSED = ['$dynamicRef', '$dynamicAnchor', '$anchor'] as const;

/**
 * Whether every `$ref` names something, inside the file, that does not lead back to itself.
 *
 * Inside the file: a published schema must not change because another file does. Not back to itself: a recursive
 * schema makes a validator that recurses as deep as its input, so hostile nesting would overflow the stack.
 */
export function checkReferences(file: string, root: JsonObject): Finding[] {
  const findings: Finding[] = [];
  for (const { schema, pointer } of subschemas({ schema: root, pointer: '' })) {
    for (const keyword of REFUSED) {
      if (!Object.hasOwn(schema, keyword)) continue;
      const message = `expected "$ref" with a pointer such as "#/$defs/name", found ${keyword}`;
      findings.push(errorAt('REFERENCE_OUTSIDE_FILE', file, below(pointer, keyword), message));
    }
    findings.push(...checkReference(file, root, schema['$ref'], below(pointer, '$ref')));
  }
  return findings.length > 0 ? findings : findRecursion(file, root);
}

function checkReference(file: string, root: JsonObject, reference: unknown, pointer: string): Finding[] {
  if (typeof reference !== 'string') return [];
  const target = targetOf(reference);
  if (target === undefined) {
    const message = `expected a pointer into this file such as "#/$defs/name", found ${describe(reference)}`;
    return [errorAt('REFERENCE_OUTSIDE_FILE', file, pointer, message)];
  }
  const found = resolvePointer(root, target);
  if (isObject(found) || typeof found === 'boolean') return [];
  return [
    errorAt(
      'REFERENCE_UNRESOLVED',
      file,
      pointer,
      `expected a schema at ${describe(reference)}, found ${describe(found)}`,
    ),
  ];
}

function findRecursion(file: string, root: JsonObject): Finding[] {
  const findings: Finding[] = [];
  const done = new Set<string>();
  const enter = (pointer: string, open: readonly string[], from: string): void => {
    if (open.includes(pointer)) {
      const message = `expected a schema of limited depth, found one that contains itself: ${describe(`#${pointer}`)}`;
      findings.push(errorAt('REFERENCE_RECURSIVE', file, from, message));
      return;
    }
    if (done.has(pointer)) return;
    done.add(pointer);
    const schema = resolvePointer(root, pointer);
    if (!isObject(schema)) return;
    const path = [...open, pointer];
    const reference = schema['$ref'];
    const target = typeof reference === 'string' ? targetOf(reference) : undefined;
    if (target !== undefined) enter(target, path, below(pointer, '$ref'));
    for (const inner of children({ schema, pointer })) enter(inner.pointer, path, inner.pointer);
  };
  enter('', [], '');
  return findings;
}
