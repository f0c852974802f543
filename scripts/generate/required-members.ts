import { below, isObject, type JsonObject, member, resolvePointer } from './json-value.ts';

export interface RequiredMember {
  /** The object that has it, as a pointer into the data. */
  readonly pointer: string;
  readonly name: string;
}

/** For tests: every member of `data` that the schema requires, at any depth. References are not followed. */
export function requiredMembers(schema: JsonObject, data: unknown, pointer = ''): RequiredMember[] {
  const { required, properties, items } = schema;
  const own =
    Array.isArray(required) && isObject(data) ? required.map((name) => ({ pointer, name: String(name) })) : [];
  const inMembers = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, inner]) => {
    const value = member(data, name);
    return isObject(inner) && value !== undefined ? requiredMembers(inner, value, below(pointer, name)) : [];
  });
  const inItems = (Array.isArray(data) ? data : []).flatMap((item: unknown, index) =>
    isObject(items) ? requiredMembers(items, item, below(pointer, index)) : [],
  );
  return [...own, ...inMembers, ...inItems];
}

/** For tests: a copy of `data` in which the object at `pointer` has no member `name`. */
export function withoutMember(data: unknown, pointer: string, name: string): unknown {
  const copy: unknown = structuredClone(data);
  const holder = resolvePointer(copy, pointer);
  if (!isObject(holder) || !Reflect.deleteProperty(holder, name))
    throw new Error(`nothing to delete at ${pointer}/${name}`);
  return copy;
}
