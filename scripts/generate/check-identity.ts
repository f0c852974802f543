import { parseEventType, TYPE_GRAMMAR } from '../../packages/contracts/src/event-type.ts';
import { describe } from '../../packages/contracts/src/identifiers.ts';
import { errorAt, type Finding } from './finding.ts';
import { isObject, type JsonObject, member } from './json-value.ts';
import type { SchemaDocument } from './read-schemas.ts';

const TIDINGS = '/x-tidings';
export const SCHEMA_HOST = 'https://schemas.tidings.example';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;

/** The keys that `x-tidings` may have. A key that is not here is an error: `clientBroadcats` must not go unseen. */
const KEYS: Readonly<Record<string, { readonly expected: string; readonly accepts: (value: unknown) => boolean }>> = {
  type: { expected: TYPE_GRAMMAR, accepts: (value) => isText(value) },
  source: { expected: 'com.<company>.<module>', accepts: (value) => isText(value) },
  clientBroadcast: { expected: 'true or false', accepts: (value) => typeof value === 'boolean' },
  producers: { expected: 'an array of strings, each once', accepts: isTexts },
  consumers: { expected: 'an array of strings, each once', accepts: isTexts },
  owner: { expected: 'a string that is not empty', accepts: isText },
};
const REQUIRED = ['type', 'source'];

/** Whether a file says which event it describes, and whether its name, folder and `$id` say the same. */
export function checkIdentity({ file, folder, name, json }: SchemaDocument): Finding[] {
  const tidings = member(json, 'x-tidings');
  if (!isObject(tidings)) {
    const message = `expected an object with ${REQUIRED.join(' and ')}, found ${describe(tidings)}`;
    return [errorAt('TIDINGS_MISSING', file, TIDINGS, message)];
  }
  return [
    ...checkKeys(file, tidings),
    ...checkType(file, folder, name, member(tidings, 'type')),
    ...checkSource(file, folder, member(tidings, 'source')),
    ...checkId(file, member(json, '$id')),
  ];
}

function checkKeys(file: string, tidings: JsonObject): Finding[] {
  const findings: Finding[] = [];
  for (const key of new Set([...REQUIRED, ...Object.keys(tidings)])) {
    const rule = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    const pointer = `${TIDINGS}/${key}`;
    const value = member(tidings, key);
    if (rule === undefined) {
      const message = `expected one of ${Object.keys(KEYS).join(', ')}, found ${describe(key)}`;
      findings.push(errorAt('TIDINGS_KEY_UNKNOWN', file, pointer, message));
    } else if (!rule.accepts(value)) {
      const message = `expected ${rule.expected}, found ${describe(value)}`;
      findings.push(errorAt('TIDINGS_VALUE_INVALID', file, pointer, message));
    }
  }
  return findings;
}

function checkType(file: string, folder: string, name: string, type: unknown): Finding[] {
  if (!isText(type)) return [];
  const pointer = `${TIDINGS}/type`;
  const parts = parseEventType(String(type));
  if (parts === undefined) {
    return [errorAt('TYPE_INVALID', file, pointer, `expected ${TYPE_GRAMMAR}, found ${describe(type)}`)];
  }
  const findings: Finding[] = [];
  if (parts.module !== folder) {
    const message = `expected module ${describe(folder)} as the folder says, found ${describe(parts.module)}`;
    findings.push(errorAt('MODULE_MISMATCH', file, pointer, message));
  }
  const expected = `${parts.entity}-${parts.action}.v${parts.version}.json`;
  if (expected !== name) {
    const message = `expected the file to be named ${expected} for ${describe(type)}, found ${name}`;
    findings.push(errorAt('FILE_NAME_MISMATCH', file, pointer, message));
  }
  return findings;
}

function checkSource(file: string, folder: string, source: unknown): Finding[] {
  if (!isText(source)) return [];
  const module = /^com\.[a-z][a-z0-9-]*\.(?<module>.+)$/.exec(String(source))?.groups?.['module'];
  if (module === folder) return [];
  const message = `expected com.<company>.${folder}, found ${describe(source)}`;
  return [errorAt('SOURCE_MISMATCH', file, `${TIDINGS}/source`, message)];
}

function checkId(file: string, id: unknown): Finding[] {
  const expected = `${SCHEMA_HOST}/${file}`;
  return id === expected
    ? []
    : [errorAt('SCHEMA_ID_MISMATCH', file, '/$id', `expected ${describe(expected)}, found ${describe(id)}`)];
}
