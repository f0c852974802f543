import { isObject, type JsonObject } from '../json-value.ts';

type Operations = Readonly<Record<string, JsonObject>>;

/**
 * Puts responses that several operations have among the components, because most refusals are the same everywhere and
 * long. A component is named after its status; where there are several of one status, they are numbered.
 */
export function shareResponses(operations: Operations): {
  readonly routes: Operations;
  readonly responses: JsonObject;
} {
  const uses = new Map<string, number>();
  for (const { responses } of Object.values(operations)) {
    if (!isObject(responses)) continue;
    for (const entry of Object.entries(responses))
      uses.set(JSON.stringify(entry), (uses.get(JSON.stringify(entry)) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  const components: Record<string, unknown> = {};
  const share = ([status, response]: [string, unknown]): [string, unknown] => {
    const key = JSON.stringify([status, response]);
    if ((uses.get(key) ?? 0) < 2) return [status, response];
    const name = names.get(key) ?? nextName(status, components);
    names.set(key, name);
    components[name] = response;
    return [status, { $ref: `#/components/responses/${name}` }];
  };
  const routes = Object.entries(operations).map(([route, operation]) => {
    const { responses } = operation;
    if (!isObject(responses)) return [route, operation] as const;
    return [route, { ...operation, responses: Object.fromEntries(Object.entries(responses).map(share)) }] as const;
  });
  return { routes: Object.fromEntries(routes), responses: components };
}

function nextName(status: string, taken: Readonly<Record<string, unknown>>): string {
  const first = `Status${status}`;
  let name = first;
  for (let n = 2; Object.hasOwn(taken, name); n += 1) name = `${first}Variant${n}`;
  return name;
}
