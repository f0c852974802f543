import type { Ajv2020 } from 'ajv/dist/2020.js';
import { describe } from '../../packages/contracts/src/identifiers.ts';
import { checkReferences } from './check-references.ts';
import { errorAt, type Finding, warningAt } from './finding.ts';
import { below, isObject, type JsonObject } from './json-value.ts';
import { subschemas, withoutAnnotations } from './subschemas.ts';

export const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** Whether a file is a schema of draft 2020-12 that can be compiled. */
export function checkSchema(file: string, json: unknown, compiler: Ajv2020): Finding[] {
  const refused = refusedKeys(file, json, '');
  if (refused.length > 0) return refused;
  if (!isObject(json)) return [errorAt('SCHEMA_INVALID', file, '', `expected an object, found ${describe(json)}`)];
  if (json['$schema'] !== DIALECT) {
    const message = `expected ${describe(DIALECT)}, found ${describe(json['$schema'])}`;
    return [errorAt('SCHEMA_DIALECT_UNEXPECTED', file, '/$schema', message)];
  }
  const broken = checkMetaSchema(file, json, compiler);
  if (broken.length > 0) return broken;
  const findings = [...checkTitle(file, json), ...checkKeywords(file, json, compiler), ...checkReferences(file, json)];
  return findings.length > 0 ? findings : checkCompiles(file, json, compiler);
}

/** What a schema may do, but had better not. */
export function adviseOnSchema(file: string, root: JsonObject): Finding[] {
  const findings: Finding[] = [];
  for (const { schema, pointer } of subschemas({ schema: root, pointer: '' })) {
    const properties = schema['properties'];
    if (!isObject(properties)) continue;
    if (!Object.hasOwn(schema, 'additionalProperties') && !Object.hasOwn(schema, 'unevaluatedProperties')) {
      const message = 'expected "additionalProperties": without it a misspelt property goes unseen; false is best';
      findings.push(warningAt('OBJECT_OPEN', file, pointer, message));
    }
    for (const [name, property] of Object.entries(properties)) {
      if (!isObject(property) || Object.hasOwn(property, 'description') || Object.hasOwn(property, '$ref')) continue;
      const message = 'expected a description: the catalogue shows it';
      findings.push(warningAt('DESCRIPTION_MISSING', file, below(pointer, 'properties', name), message));
    }
  }
  return findings;
}

/** `__proto__` anywhere, also in an example: written into a program, it would set a prototype and not a property. */
function refusedKeys(file: string, value: unknown, pointer: string): Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = below(pointer, key);
    return key === '__proto__' && !Array.isArray(value)
      ? [errorAt('SCHEMA_KEY_REFUSED', file, at, 'expected no key or property named "__proto__", found one')]
      : refusedKeys(file, inner, at);
  });
}

function checkMetaSchema(file: string, json: JsonObject, compiler: Ajv2020): Finding[] {
  if (compiler.validateSchema(json) === true) return [];
  const seen = new Map<string, Finding>();
  for (const { instancePath, message, params } of compiler.errors ?? []) {
    const detail = 'allowedValues' in params ? ` (${String(params['allowedValues'])})` : '';
    const finding = errorAt('SCHEMA_INVALID', file, instancePath, `${message ?? 'breaks draft 2020-12'}${detail}`);
    seen.set(JSON.stringify(finding), finding);
  }
  return [...seen.values()];
}

function checkTitle(file: string, { title }: JsonObject): Finding[] {
  if (typeof title === 'string' && title.trim() !== '') return [];
  return [errorAt('SCHEMA_TITLE_MISSING', file, '/title', `expected a readable phrase, found ${describe(title)}`)];
}

function checkKeywords(file: string, root: JsonObject, compiler: Ajv2020): Finding[] {
  const findings: Finding[] = [];
  for (const { schema, pointer } of subschemas({ schema: root, pointer: '' })) {
    for (const keyword of Object.keys(schema)) {
      const known = Object.hasOwn(compiler.RULES.keywords, keyword) || (keyword === 'x-tidings' && pointer === '');
      if (known) continue;
      const message = `expected a keyword of draft 2020-12, found ${describe(keyword)}`;
      findings.push(errorAt('SCHEMA_KEYWORD_UNKNOWN', file, below(pointer, keyword), message));
    }
  }
  return findings;
}

/** The compiler's own rules (strict mode, patterns, formats) come as exceptions that name the place in their text. */
function checkCompiles(file: string, json: JsonObject, compiler: Ajv2020): Finding[] {
  try {
    compiler.compile(withoutAnnotations(json));
    return [];
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const pointer = /"[^"#]*#(?<pointer>\/[^"]*)"/.exec(cause.message)?.groups?.['pointer'] ?? '';
    return [errorAt('SCHEMA_INVALID', file, decodeURIComponent(pointer), cause.message)];
  }
}
