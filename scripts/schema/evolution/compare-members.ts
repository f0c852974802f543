import { isObject, type JsonObject } from '../../generate/json-value.ts';
import { sameJson } from './canonical-json.ts';
import type { CanonicalSchema } from './canonical-schema.ts';
import type { Change } from './change.ts';
import { type Place, step } from './place.ts';

type Compare = (before: CanonicalSchema, now: CanonicalSchema, at: Place) => Change[];

/** Compares what two objects say of their properties by name. */
export function compareMembers(before: JsonObject, now: JsonObject, at: Place, compare: Compare): Change[] {
  const old = namedBy(before);
  const fresh = namedBy(now);
  return [...new Set([...old.keys(), ...fresh.keys(), ...requiredBy(before), ...requiredBy(now)])]
    .sort()
    .flatMap((name) => {
      const was = old.get(name);
      const is = fresh.get(name);
      if (was === undefined && is === undefined) return compareRequired(before, now, name, at);
      if (is === undefined) return [removed(name, was, before, fresh, old, at)];
      if (was === undefined) return added(name, is, before, now, at);
      return [...compareRequired(before, now, name, at), ...compare(was, is, step(at, 'properties', name))];
    });
}

const namedBy = ({ properties }: JsonObject): ReadonlyMap<string, CanonicalSchema> =>
  new Map(isObject(properties) ? (Object.entries(properties) as [string, CanonicalSchema][]) : []);

const requiredBy = ({ required }: JsonObject): readonly string[] => (Array.isArray(required) ? required : []);

function compareRequired(before: JsonObject, now: JsonObject, name: string, at: Place): Change[] {
  const was = requiredBy(before).includes(name);
  const is = requiredBy(now).includes(name);
  if (was === is) return [];
  const code = is ? 'PROPERTY_BECAME_REQUIRED' : 'PROPERTY_BECAME_OPTIONAL';
  const said = (required: boolean): string => (required ? 'required' : 'optional');
  return [{ code, path: [...at.path, 'properties', name], before: said(was), now: said(is) }];
}

function removed(
  name: string,
  was: CanonicalSchema | undefined,
  before: JsonObject,
  fresh: ReadonlyMap<string, CanonicalSchema>,
  old: ReadonlyMap<string, CanonicalSchema>,
  at: Place,
): Change {
  const twins = [...fresh]
    .filter(([other, schema]) => !old.has(other) && sameJson(schema, was))
    .map(([other]) => other);
  const renamed =
    twins.length === 1 ? `if it was renamed to ${JSON.stringify(twins[0])}: a name is part of the contract` : undefined;
  return {
    code: 'PROPERTY_REMOVED',
    path: [...at.path, 'properties', name],
    before: { [requiredBy(before).includes(name) ? 'required' : 'optional']: was },
    now: undefined,
    ...(renamed !== undefined && { note: renamed }),
  };
}

function added(name: string, is: CanonicalSchema, before: JsonObject, now: JsonObject, at: Place): Change[] {
  const path = [...at.path, 'properties', name];
  const change = { path, before: undefined, now: is };
  if (requiredBy(now).includes(name)) return [{ ...change, code: 'REQUIRED_PROPERTY_ADDED' }];
  const rules = [...at.rules, ...ownRules(name, before, now)];
  if (rules.length > 0)
    return [{ ...change, code: 'PROPERTY_ADDED_UNDER_RULE', note: `the rule: ${rules.join(', ')}` }];
  const admitted = (schema: JsonObject): unknown => schema['additionalProperties'] ?? true;
  // In an open object producers could use the name already: it must go on to hold just what it could hold.
  if (admitted(before) === false || sameJson(admitted(before), is) || sameJson(admitted(now), is)) return [];
  return [{ ...change, code: 'PROPERTY_ADDED_TO_OPEN_OBJECT' }];
}

/** Rules of the object itself that count its properties, or that name the new one. */
function ownRules(name: string, before: JsonObject, now: JsonObject): readonly string[] {
  const rules: string[] = [];
  if (Number(before['minProperties'] ?? 0) > requiredBy(before).length) rules.push('minProperties');
  const dependents = [before, now].flatMap(({ dependentRequired }) =>
    isObject(dependentRequired) ? Object.values(dependentRequired) : [],
  );
  if (dependents.some((names) => Array.isArray(names) && names.includes(name))) rules.push('dependentRequired');
  if (requiredBy(before).includes(name)) rules.push('required');
  return rules;
}
