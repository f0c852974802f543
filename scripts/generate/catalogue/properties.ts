import { isObject, type JsonObject } from '../json-value.ts';
import { displayValue } from './display-value.ts';
import { ofEach, type Restriction, restrictionsOf } from './restrictions.ts';
import { listOf, shapeOf } from './shape.ts';
import { nonNull, typeTextOf } from './type-text.ts';

/** A row of the property table. */
export interface PropertyRow {
  /** `property` for a member of the data; `alternative` for one of several shapes that what is above it may have. */
  readonly kind: 'property' | 'alternative';
  /** From the data down: `status.text`, `targets[].id`, `labels.*`. Alternatives stand in parentheses. */
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  /** 0 for members of the data itself. */
  readonly depth: number;
  /** `string`, `list of objects`, `string or null`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly isDeprecated: boolean;
  readonly restrictions: readonly Restriction[];
  readonly title: string;
  readonly description: string;
  /** Values that it may have, where the schema lists them. */
  readonly values: readonly EnumeratedValue[];
}

export interface EnumeratedValue {
  readonly value: string;
  readonly description: string;
}

interface Place {
  readonly root: JsonObject;
  readonly path: string;
  readonly depth: number;
}

/** Every property of an event's data, each followed by what is inside it. */
export function propertyRows(schema: JsonObject): PropertyRow[] {
  return membersOf(shapeOf(schema, schema), { root: schema, path: '', depth: 0 });
}

function membersOf(shape: JsonObject, place: Place): PropertyRow[] {
  const { root, path } = place;
  const required = new Set(listOf(shape['required']));
  const join = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const rows: PropertyRow[] = [];
  for (const [name, inner] of entriesOf(shape['properties'])) {
    rows.push(...rowsOf(inner, { ...place, path: join(name) }, name, required.has(name)));
  }
  for (const [pattern, inner] of entriesOf(shape['patternProperties'])) {
    rows.push(...rowsOf(inner, { ...place, path: join(`/${pattern}/`) }, `/${pattern}/`, false));
  }
  const others = shape['additionalProperties'] ?? shape['unevaluatedProperties'];
  if (isObject(others) && Object.keys(others).length > 0) {
    rows.push(...rowsOf(others, { ...place, path: join('*') }, '*', false, namesOf(shape['propertyNames'], root)));
  }
  return [...rows, ...alternativesOf(shape, place)];
}

const namesOf = (schema: unknown, root: JsonObject): Restriction[] =>
  isObject(schema) ? ofEach(restrictionsOf(shapeOf(schema, root)), 'name') : [];

function rowsOf(
  schema: unknown,
  place: Place,
  name: string,
  isRequired: boolean,
  more: readonly Restriction[] = [],
): PropertyRow[] {
  const { root, path, depth } = place;
  const shape = nonNull(shapeOf(schema, root), root);
  const { levels, item } = itemOf(shape, root);
  const values = enumeratedValues(item, root);
  const isListed = values.some(({ description }) => description !== '') || isChoice(item, root);
  const restrictions = [
    ...restrictionsOf(shape),
    ...(levels > 0 ? ofEach(restrictionsOf(item), 'each') : []),
    ...(isListed ? [{ label: levels > 0 ? 'each: one of' : 'one of', values: values.map(({ value }) => value) }] : []),
    ...more,
  ];
  const row: PropertyRow = {
    kind: 'property',
    path,
    name: `${name}`,
    depth,
    type: typeTextOf(schema, root),
    isRequired,
    isDeprecated: shape['deprecated'] === true,
    restrictions,
    title: textOf(shape['title']),
    description: textOf(shape['description']) || textOf(item['description']),
    values,
  };
  const inside: Place = { root, path: `${path}${'[]'.repeat(levels)}`, depth: depth + 1 };
  const fixed = listOf(shape['prefixItems']).flatMap((inner, index) =>
    rowsOf(inner, { ...inside, path: `${path}[${index}]` }, `[${index}]`, index < Number(shape['minItems'] ?? 0)),
  );
  return [row, ...fixed, ...membersOf(item, inside)];
}

/** The innermost items of a list of lists of …, and how many lists are around them. */
function itemOf(shape: JsonObject, root: JsonObject): { readonly levels: number; readonly item: JsonObject } {
  let levels = 0;
  let item = shape;
  while (isObject(item['items'])) {
    item = nonNull(shapeOf(item['items'], root), root);
    levels += 1;
  }
  return { levels, item };
}

const choicesOf = (shape: JsonObject): readonly unknown[] => [...listOf(shape['oneOf']), ...listOf(shape['anyOf'])];

/** Whether all alternatives are constants: how a schema describes each value of an enumeration. */
function isChoice(shape: JsonObject, root: JsonObject): boolean {
  const choices = choicesOf(shape).map((choice) => shapeOf(choice, root));
  return choices.length > 0 && choices.every((choice) => Object.hasOwn(choice, 'const'));
}

function enumeratedValues(shape: JsonObject, root: JsonObject): EnumeratedValue[] {
  if (isChoice(shape, root)) {
    return choicesOf(shape).map((choice) => {
      const { const: value, title, description } = shapeOf(choice, root);
      return { value: displayValue(value), description: textOf(description) || textOf(title) };
    });
  }
  return listOf(shape['enum']).map((value) => ({ value: displayValue(value), description: '' }));
}

/** A row for each alternative that is worth one: objects with members of their own, and values with restrictions. */
function alternativesOf(shape: JsonObject, place: Place): PropertyRow[] {
  if (isChoice(shape, place.root)) return [];
  const rows: PropertyRow[] = [];
  for (const keyword of ['oneOf', 'anyOf'] as const) {
    const choices = listOf(shape[keyword]);
    choices.forEach((choice, index) => {
      const inner = shapeOf(choice, place.root);
      const title = textOf(inner['title']);
      const name = title === '' ? `${keyword === 'oneOf' ? 'either' : 'any'} ${index + 1} of ${choices.length}` : title;
      const path = `${place.path}(${index + 1})`;
      rows.push({
        kind: 'alternative',
        path,
        name,
        depth: place.depth,
        // An alternative that only demands members is of the type that is said around it.
        type: Object.hasOwn(inner, 'type') || !Object.hasOwn(shape, 'type') ? typeTextOf(inner, place.root) : 'object',
        isRequired: false,
        isDeprecated: inner['deprecated'] === true,
        restrictions: [...restrictionsOf(inner), ...demanded(inner)],
        title,
        description: textOf(inner['description']),
        values: enumeratedValues(inner, place.root),
      });
      const { levels, item } = itemOf(inner, place.root);
      const inside = { ...place, path: `${path}${'[]'.repeat(levels)}`, depth: place.depth + 1 };
      rows.push(...membersOf(item, inside));
    });
  }
  return rows;
}

/** Members that an alternative requires and something around it describes. */
function demanded(shape: JsonObject): Restriction[] {
  const described = isObject(shape['properties']) ? shape['properties'] : {};
  const names = listOf(shape['required']).filter((name) => !Object.hasOwn(described, String(name)));
  return names.length === 0 ? [] : [{ label: 'required', values: names.map(String) }];
}

const entriesOf = (map: unknown): [string, unknown][] => (isObject(map) ? Object.entries(map) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
