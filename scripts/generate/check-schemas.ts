import { parseEventType } from '../../packages/contracts/src/event-type.ts';
import { describe } from '../../packages/contracts/src/identifiers.ts';
import { checkExamples, checkExamplesPresent } from './check-examples.ts';
import { checkIdentity } from './check-identity.ts';
import { checkNames } from './check-names.ts';
import { adviseOnSchema, checkSchema } from './check-schema.ts';
import { createCompiler } from './compiler.ts';
import type { EventSchema } from './event-schema.ts';
import { errorAt, type Finding } from './finding.ts';
import { isObject, member } from './json-value.ts';
import type { SchemaDocument } from './read-schemas.ts';

export interface CheckedSchemas {
  /** Those without an error, sorted by type. */
  readonly schemas: readonly EventSchema[];
  readonly findings: readonly Finding[];
}

/** Checks every document, and goes on after an error so that all are reported together. */
export function checkSchemas(documents: readonly SchemaDocument[]): CheckedSchemas {
  const compiler = createCompiler(true);
  const schemas: EventSchema[] = [];
  const findings: Finding[] = [...findDuplicates(documents)];
  for (const document of documents) {
    const { file, json } = document;
    const structure = checkSchema(file, json, compiler);
    findings.push(...checkIdentity(document), ...structure);
    if (!isObject(json)) continue;
    findings.push(...checkExamplesPresent(file, json));
    if (structure.length > 0) continue;
    findings.push(...checkExamples(file, json, compiler), ...adviseOnSchema(file, json));
    const schema = toEventSchema(document);
    if (schema !== undefined) schemas.push(schema);
  }
  schemas.sort(byType);
  findings.push(...checkNames(schemas));
  return { schemas, findings };
}

// By code unit, not by locale: the order must be the same on every machine.
const byType = (left: EventSchema, right: EventSchema): number => (left.type < right.type ? -1 : 1);

function findDuplicates(documents: readonly SchemaDocument[]): Finding[] {
  const first = new Map<string, string>();
  return documents.flatMap(({ file, json }) => {
    const type = member(member(json, 'x-tidings'), 'type');
    if (typeof type !== 'string') return [];
    const other = first.get(type);
    if (other === undefined) {
      first.set(type, file);
      return [];
    }
    const message = `expected each type once, found ${describe(type)} in ${other} too`;
    return [errorAt('TYPE_DUPLICATE', file, '/x-tidings/type', message)];
  });
}

/** `undefined` where the identity is broken; {@link checkIdentity} has said why. */
function toEventSchema({ file, json }: SchemaDocument): EventSchema | undefined {
  const tidings = member(json, 'x-tidings');
  const type = member(tidings, 'type');
  const source = member(tidings, 'source');
  const parts = typeof type === 'string' ? parseEventType(type) : undefined;
  if (!isObject(json) || typeof type !== 'string' || typeof source !== 'string' || parts === undefined)
    return undefined;
  const { title, description, examples } = json;
  return {
    file,
    type,
    ...parts,
    source,
    // Not said means not broadcast: what reaches a browser is decided, never inherited.
    clientBroadcast: member(tidings, 'clientBroadcast') === true,
    producers: textsOf(member(tidings, 'producers')),
    consumers: textsOf(member(tidings, 'consumers')),
    owner: textOf(member(tidings, 'owner')),
    deprecated: json['deprecated'] === true,
    title: typeof title === 'string' ? title : '',
    description: typeof description === 'string' ? description : '',
    examples: Array.isArray(examples) ? examples : [],
    schema: json,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
