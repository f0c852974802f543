import { SOURCE_BY_TYPE } from '@tidings/client';
import schemas from '@tidings/contracts/gen/schemas.json' with { type: 'json' };
import { closest } from 'fastest-levenshtein';
import { ConstructError } from '../construct-error.ts';
import {
  ITEM_ACTIONS,
  type ItemAction,
  type ItemCondition,
  type TableMapping,
  type ValueFrom,
} from './table-mapping.ts';

/** What the construct is given, as a program without types may give it. */
export interface MappingProps {
  readonly entity: string;
  readonly changes?: readonly ItemAction[] | undefined;
  readonly where?: Readonly<Record<string, ItemCondition>> | undefined;
  readonly tenant: ValueFrom;
  readonly subject: ValueFrom;
  readonly audience?: Readonly<Partial<Record<'organizations' | 'users' | 'roles', ValueFrom>>> | undefined;
  readonly actor?: ValueFrom | undefined;
  readonly time?: ValueFrom | undefined;
  readonly traceparent?: ValueFrom | undefined;
  readonly tracestate?: ValueFrom | undefined;
  readonly correlation?: ValueFrom | undefined;
  readonly deletion?: { readonly actor?: ValueFrom; readonly traceparent?: ValueFrom } | undefined;
  readonly data: readonly string[] | Readonly<Record<string, ValueFrom>>;
  readonly updates?: 'different' | 'all' | undefined;
  readonly expiries?: 'deleted' | 'ignored' | undefined;
}

const KNOWN_TYPES = Object.keys(SOURCE_BY_TYPE);

/** All entities that a table can have, such as `bank.account@v1`. */
const KNOWN_ENTITIES = [
  ...new Set(
    KNOWN_TYPES.flatMap((type) => {
      const {
        entity,
        action = '',
        version,
      } = /^(?<entity>.+):(?<action>.+)@(?<version>v\d+)$/.exec(type)?.groups ?? {};
      return ITEM_ACTIONS.includes(action as ItemAction) ? [`${entity}@${version}`] : [];
    }),
  ),
];

/**
 * The mapping for the function, and the types of events that come of it.
 *
 * @param path of the construct, for messages
 * @throws ConstructError TABLE_EVENTS_INVALID
 */
export function readMapping(props: MappingProps, path: string): { mapping: TableMapping; types: readonly string[] } {
  const refuse = (property: string, expected: string, found: unknown): never => {
    const text = typeof found === 'string' ? found : JSON.stringify(found);
    throw new ConstructError('TABLE_EVENTS_INVALID', `${path}: expected ${property} to be ${expected}, found ${text}`);
  };
  if (!KNOWN_ENTITIES.includes(props.entity)) {
    const hint = closest(String(props.entity), KNOWN_ENTITIES);
    refuse('entity', `one with published types, such as ${hint}`, JSON.stringify(props.entity));
  }
  const [entity = '', version = ''] = props.entity.split('@');
  const actions = props.changes ?? ITEM_ACTIONS;
  if (actions.length === 0) refuse('changes', 'some of created, updated and deleted', 'none');
  const types = actions.map((action) => {
    const type = `${entity}:${action}@${version}`;
    if (KNOWN_TYPES.includes(type)) return type;
    const known = ITEM_ACTIONS.filter((each) => KNOWN_TYPES.includes(`${entity}:${each}@${version}`));
    return refuse(
      'changes',
      `some of ${known.join(', ')}, which have published types`,
      `${action}: publish ${type}, or name the changes`,
    );
  });

  const checkValue = (property: string, from: ValueFrom | undefined): void => {
    if (from === undefined) return;
    const isFit =
      typeof from === 'string'
        ? from !== ''
        : typeof from === 'object' &&
          ('value' in from
            ? [from.value].flat().length > 0 &&
              [from.value].flat().every((each) => typeof each === 'string' && each !== '')
            : typeof from.attribute === 'string' && from.attribute !== '');
    if (!isFit) refuse(property, 'the name of an attribute, {attribute, after} or {value}', from ?? null);
  };
  for (const name of ['tenant', 'subject'] as const) {
    if (props[name] === undefined) refuse(name, 'the name of an attribute, {attribute, after} or {value}', 'nothing');
  }
  for (const name of ['tenant', 'subject', 'actor', 'time', 'traceparent', 'tracestate', 'correlation'] as const) {
    checkValue(name, props[name]);
  }
  for (const [name, from] of Object.entries(props.audience ?? {})) {
    if (!['organizations', 'users', 'roles'].includes(name))
      refuse('audience', 'of organizations, users and roles', name);
    checkValue(`audience.${name}`, from);
  }
  for (const [name, from] of Object.entries(props.deletion ?? {})) checkValue(`deletion.${name}`, from);
  for (const [attribute, condition] of Object.entries(props.where ?? {})) {
    const isFit =
      typeof condition === 'string' ||
      (typeof condition === 'object' &&
        condition !== null &&
        ('beginsWith' in condition
          ? typeof condition.beginsWith === 'string'
          : typeof condition?.exists === 'boolean'));
    if (!isFit) refuse(`where.${attribute}`, 'a text, {beginsWith} or {exists}', condition);
  }

  // Whoever has no compiler may give none.
  if (typeof props.data !== 'object' || props.data === null) refuse('data', 'a list or an object', props.data);
  const data = readData(props.data);
  for (const [property, from] of Object.entries(data)) checkValue(`data.${property}`, from);
  const mapping: TableMapping = {
    entity,
    version,
    actions,
    where: props.where ?? {},
    tenant: props.tenant,
    subject: props.subject,
    ...present({
      ...props.audience,
      actor: props.actor,
      time: props.time,
      traceparent: props.traceparent,
      tracestate: props.tracestate,
      correlation: props.correlation,
    }),
    deletion: present(props.deletion ?? {}),
    data,
    without: checkData(types, Object.keys(data), refuse),
    updates: props.updates ?? 'different',
    expiries: props.expiries ?? 'deleted',
  };
  return { mapping, types };
}

const readData = (data: MappingProps['data']): Readonly<Record<string, ValueFrom>> =>
  Array.isArray(data)
    ? Object.fromEntries((data as readonly string[]).map((property) => [property, property]))
    : (present(data as Readonly<Record<string, ValueFrom>>) as Readonly<Record<string, ValueFrom>>);

/**
 * The data against the schemas: what one requires has to be there, and what none has cannot be.
 *
 * @returns for each action what is mapped and its schema does not have
 */
function checkData(
  types: readonly string[],
  mapped: readonly string[],
  refuse: (property: string, expected: string, found: unknown) => never,
): TableMapping['without'] {
  const shapes = types.map((type) => ({ type, ...shapeOf(type) }));
  for (const { type, required } of shapes) {
    const missing = required.filter((property) => !mapped.includes(property));
    if (missing.length > 0) refuse('data', `all that ${type} requires`, `no ${missing.join(', ')}`);
  }
  const stray = mapped.filter((property) => shapes.every(({ lacks }) => lacks(property)));
  if (stray.length > 0) refuse('data', `of properties that ${types.join(' or ')} has`, stray.join(', '));
  return Object.fromEntries(
    shapes.flatMap(({ type, lacks }) => {
      const lacking = mapped.filter(lacks);
      return lacking.length === 0 ? [] : [[actionOf(type), lacking]];
    }),
  );
}

function shapeOf(type: string) {
  const { schema } = schemas.find((each) => each.type === type) ?? { schema: {} };
  const {
    properties = {},
    required = [],
    additionalProperties = true,
  } = schema as { properties?: object; required?: readonly string[]; additionalProperties?: unknown };
  return {
    required,
    lacks: (property: string) => additionalProperties === false && !Object.hasOwn(properties, property),
  };
}

const actionOf = (type: string): string => /:(\w+)@/.exec(type)?.[1] ?? '';

function present<Value>(values: Readonly<Record<string, Value | undefined>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ) as Readonly<Record<string, Value>>;
}
