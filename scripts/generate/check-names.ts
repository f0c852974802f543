import { describe } from '../../packages/contracts/src/identifiers.ts';
import type { EventSchema } from './event-schema.ts';
import { errorAt, type Finding } from './finding.ts';
import { below, isObject } from './json-value.ts';
import { definitionName, moduleValueName, typeName, valueName } from './names.ts';

/**
 * What only shows when all schemas are seen together: names in generated code that two of them would share, and modules
 * that are not sure of their source.
 *
 * @param schemas each type once; a type that two files describe is an error of its own
 */
export function checkNames(schemas: readonly EventSchema[]): Finding[] {
  return [
    ...findTypeCollisions(schemas),
    ...findDefinitionCollisions(schemas),
    ...findModuleCollisions(schemas),
    ...findSecondSources(schemas),
  ];
}

/** `shop.order-line:added@v1` and `shop.order.line:added@v1` would both be `shopOrderLineAddedV1`. */
function findTypeCollisions(schemas: readonly EventSchema[]): Finding[] {
  const first = new Map<string, EventSchema>();
  return schemas.flatMap((schema) => {
    const name = valueName(schema);
    const other = first.get(name);
    if (other === undefined) first.set(name, schema);
    if (other === undefined || other.type === schema.type) return [];
    const message =
      `expected a type with a name of its own in generated code, found ${describe(schema.type)}, which would be ` +
      `${name} as ${describe(other.type)} of ${other.file} is; rename one of them`;
    return [errorAt('NAME_COLLISION', schema.file, '/x-tidings/type', message)];
  });
}

/** The definitions `line-item` and `lineItem` would both be `ShopOrderPlacedV1LineItem`. */
function findDefinitionCollisions(schemas: readonly EventSchema[]): Finding[] {
  const owners = new Map(schemas.map((schema) => [typeName(schema), `the type of ${schema.file}`]));
  return schemas.flatMap((schema) => {
    const definitions = schema.schema['$defs'];
    return Object.keys(isObject(definitions) ? definitions : {}).flatMap((key) => {
      const name = definitionName(schema, key);
      const owner = owners.get(name);
      owners.set(name, owner ?? `the definition ${describe(key)} of ${schema.file}`);
      if (owner === undefined) return [];
      const message =
        `expected a definition with a name of its own in generated code, found ${describe(key)}, which would be ` +
        `${name} as ${owner} is; rename one of them`;
      return [errorAt('NAME_COLLISION', schema.file, below('/$defs', key), message)];
    });
  });
}

/** The modules `a-1` and `a1` would both be `a1`. */
function findModuleCollisions(schemas: readonly EventSchema[]): Finding[] {
  const first = new Map<string, EventSchema>();
  const seen = new Set<string>();
  return schemas.flatMap((schema) => {
    if (seen.has(schema.module)) return [];
    seen.add(schema.module);
    const name = moduleValueName(schema.module);
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, schema);
      return [];
    }
    const message =
      `expected a module with a name of its own in generated code, found ${describe(schema.module)}, which would be ` +
      `${name} as ${describe(other.module)} of ${other.file} is; rename one of the folders`;
    return [errorAt('NAME_COLLISION', schema.file, '/x-tidings/type', message)];
  });
}

/** Rules match by source, and a producer takes it from its module: there can be one only. */
function findSecondSources(schemas: readonly EventSchema[]): Finding[] {
  const first = new Map<string, EventSchema>();
  return schemas.flatMap((schema) => {
    const other = first.get(schema.module);
    if (other === undefined) first.set(schema.module, schema);
    if (other === undefined || other.source === schema.source) return [];
    const message =
      `expected ${describe(other.source)} as in ${other.file}, because a module has one source, ` +
      `found ${describe(schema.source)}`;
    return [errorAt('SOURCE_AMBIGUOUS', schema.file, '/x-tidings/source', message)];
  });
}
