/** JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** An event type as the hub itself describes it in its `openapi.json`. */
export interface EventTypeDescription {
  /** Such as `bank.transaction:created@v1`. */
  readonly type: string;
  readonly module: string;
  /** What events of it have as `source`. */
  readonly source: string;
  readonly title: string;
  readonly description: string;
  /** The schema of `data`, with all that its references point to: it stands by itself. */
  readonly dataSchema: JsonSchema;
  /** A whole event that the schema's authors give as an example. */
  readonly example: Readonly<Record<string, unknown>> | undefined;
}

/** What a hub says about itself. */
export interface HubDescription {
  /** In the order of their names. */
  readonly types: readonly EventTypeDescription[];
  /** By the name of the type. */
  readonly byType: ReadonlyMap<string, EventTypeDescription>;
  /** What each code of a problem means, as far as the hub says it: `SCOPE_MISSING` → `the token lacks …`. */
  readonly codes: ReadonlyMap<string, string>;
}

/** @throws Error when the hub does not describe itself, as an environment may choose */
export async function readDescription(apiUrl: string, signal?: AbortSignal): Promise<HubDescription> {
  const answer = await fetch(`${apiUrl}/openapi.json`, signal === undefined ? {} : { signal });
  if (!answer.ok) throw new Error(`The hub does not describe itself: GET /openapi.json answered ${answer.status}`);
  const document: unknown = await answer.json().catch(() => {
    throw new Error('The hub does not describe itself: GET /openapi.json answered something that is no JSON');
  });
  return toDescription(objectOf(document));
}

export function toDescription(document: JsonSchema): HubDescription {
  const schemas = objectOf(objectOf(document['components'])['schemas']);
  const types = Object.values(schemas).flatMap((schema) => toEventType(objectOf(schema), schemas) ?? []);
  types.sort((a, b) => a.type.localeCompare(b.type));
  return { types, byType: new Map(types.map((each) => [each.type, each])), codes: codesIn(document['paths']) };
}

/** The hub lists the codes of an answer in the answer's description, a line for each. */
function codesIn(value: unknown, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (typeof value === 'string') {
    for (const [, code = '', meaning = ''] of value.matchAll(/^- `([A-Z][A-Z_]+)`: (.+)$/gm)) found.set(code, meaning);
  } else if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) codesIn(each, found);
  }
  return found;
}

/** Schemas of events are those that carry the hub's own mark; the others are of requests and answers. */
function toEventType(schema: JsonSchema, schemas: JsonSchema): EventTypeDescription | undefined {
  const { type, source } = objectOf(schema['x-tidings']);
  if (typeof type !== 'string' || typeof source !== 'string') return undefined;
  const data = objectOf(objectOf(schema['properties'])['data']);
  const [example] = Array.isArray(schema['examples']) ? schema['examples'] : [];
  return {
    type,
    source,
    module: type.split('.')[0] ?? '',
    title: String(schema['title'] ?? type),
    description: String(schema['description'] ?? ''),
    dataSchema: standingAlone(data, schemas),
    example: example === undefined ? undefined : objectOf(example),
  };
}

const POINTER = '#/components/schemas/';

/** A schema with everything that it refers to beside it, under `$defs`. */
function standingAlone(schema: JsonSchema, schemas: JsonSchema): JsonSchema {
  const definitions: Record<string, unknown> = {};
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, key === '$ref' ? refer(each) : moved(each)]),
    );
  };
  const refer = (reference: unknown): unknown => {
    if (typeof reference !== 'string' || !reference.startsWith(POINTER)) return reference;
    const name = reference.slice(POINTER.length);
    if (!Object.hasOwn(definitions, name)) {
      definitions[name] = {};
      definitions[name] = moved(schemas[name]);
    }
    return `#/$defs/${name}`;
  };
  const { $ref: root, ...others } = schema;
  const name = typeof root === 'string' && root.startsWith(POINTER) ? root.slice(POINTER.length) : undefined;
  const whole = objectOf(moved(name === undefined ? others : { ...objectOf(schemas[name]), ...others }));
  return Object.keys(definitions).length === 0
    ? whole
    : { ...whole, $defs: { ...objectOf(whole['$defs']), ...definitions } };
}

const objectOf = (value: unknown): JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {};
