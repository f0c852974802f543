import type { JsonObject } from '../../generate/json-value.ts';
import { Refused } from '../refused.ts';
import { KINDS, type KindName } from './property-kind.ts';
import type { PropertySpec } from './property-spec.ts';
import { phrase, sentence, title } from './words.ts';

interface Property {
  readonly kind: KindName | readonly string[];
  readonly list: boolean;
  readonly required: boolean;
  readonly description: string | undefined;
  /** Properties of an object, or of the objects of a list. */
  readonly inner: Map<string, Property>;
}

/** The members that an object schema gets for its properties, and a value that keeps to them. */
export interface ObjectParts {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, JsonObject>>;
  readonly example: JsonObject;
}

/**
 * Makes properties, with those of inner objects where they belong.
 *
 * @throws Refused with exit code 2 where two of them contradict each other
 */
export function buildProperties(specs: readonly PropertySpec[]): ObjectParts {
  const root = new Map<string, Property>();
  for (const spec of specs) insert(root, spec);
  return partsOf(root);
}

function insert(root: Map<string, Property>, { path, ...spec }: PropertySpec): void {
  const full = path.map(({ name, list }) => (list ? `${name}[]` : name)).join('.');
  const contradicts = (): Refused =>
    new Refused(`--property ${full}: expected each property once, and others only inside of objects`, { exitCode: 2 });
  let into = root;
  for (const { name, list } of path.slice(0, -1)) {
    const found = into.get(name);
    const next = found ?? { kind: 'object', list, required: false, description: undefined, inner: new Map() };
    if (next.kind !== 'object' || next.list !== list) throw contradicts();
    into.set(name, next);
    into = next.inner;
  }
  const name = path.at(-1)?.name ?? '';
  const found = into.get(name);
  // An object may be named after its properties were, to make it required or to describe it.
  const completes =
    found?.kind === 'object' && found.inner.size > 0 && spec.kind === 'object' && found.list === spec.list;
  if (found !== undefined && !completes) throw contradicts();
  into.set(name, { ...spec, inner: found?.inner ?? new Map() });
}

function partsOf(properties: ReadonlyMap<string, Property>): ObjectParts {
  const built = [...properties].map(([name, property]) => ({ name, property, ...buildProperty(name, property) }));
  return {
    required: built.filter(({ property }) => property.required).map(({ name }) => name),
    properties: Object.fromEntries(built.map(({ name, schema }) => [name, schema])),
    example: Object.fromEntries(built.map(({ name, example }) => [name, example])),
  };
}

function buildProperty(name: string, property: Property): { readonly schema: JsonObject; readonly example: unknown } {
  const texts = { title: title(phrase(name)), description: property.description ?? sentence(`the ${phrase(name)}`) };
  const { schema, example } = buildValue(name, property);
  if (!property.list) return { schema: { ...texts, ...schema }, example };
  return { schema: { ...texts, type: 'array', items: schema }, example: [example] };
}

function buildValue(
  name: string,
  { kind, inner }: Property,
): { readonly schema: JsonObject; readonly example: unknown } {
  if (typeof kind !== 'string') return { schema: { type: 'string', enum: kind }, example: kind[0] };
  if (kind === 'string') return { schema: KINDS.string.schema, example: `Some ${phrase(name)}` };
  if (kind !== 'object') return KINDS[kind];
  const { example, ...parts } = partsOf(inner);
  return { schema: objectSchema(parts), example };
}

/** An object that takes its properties and no others: a misspelt one is to be seen. */
export const objectSchema = ({ required, properties }: Omit<ObjectParts, 'example'>): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  ...(required.length > 0 && { required }),
  properties,
});
