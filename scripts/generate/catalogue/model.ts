import type { EventSchema } from '../event-schema.ts';
import { type EnumeratedValue, type PropertyRow, propertyRows } from './properties.ts';
import { type UsageSection, usageOf } from './usage/index.ts';
import { type Change, compareVersions } from './versions.ts';

/** Everything that the catalogue shows, in whatever form. */
export interface Catalogue {
  readonly modules: readonly CatalogueModule[];
}

export interface CatalogueModule {
  readonly name: string;
  readonly source: string;
  /** The scope that publishing takes. */
  readonly scope: string;
  readonly buses: readonly Bus[];
  /** Sorted by type. */
  readonly entries: readonly CatalogueEntry[];
}

export interface Bus {
  readonly environment: string;
  readonly name: string;
}

/** An event type. */
export interface CatalogueEntry {
  readonly type: string;
  /** The name of its page, without an ending: `bank.transaction-created.v1`. */
  readonly page: string;
  readonly title: string;
  readonly description: string;
  readonly module: string;
  readonly version: number;
  readonly owner: string | undefined;
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  readonly source: string;
  readonly scope: string;
  readonly buses: readonly Bus[];
  /** Whether it may reach browsers. */
  readonly clientBroadcast: boolean;
  readonly isDeprecated: boolean;
  /** Path of the schema below the repository's root. */
  readonly schemaFile: string;
  readonly examples: readonly unknown[];
  readonly properties: readonly PropertyRow[];
  readonly enumerations: readonly Enumeration[];
  readonly publish: UsageSection;
  readonly subscribe: UsageSection;
  /** Every version of the type, newest first. */
  readonly versions: readonly Version[];
}

export interface Enumeration {
  readonly path: string;
  readonly values: readonly EnumeratedValue[];
}

export interface Version {
  readonly version: number;
  readonly type: string;
  readonly page: string;
  readonly isDeprecated: boolean;
  /** The version that {@link changes} compares with; none for the first that there is. */
  readonly previous: number | undefined;
  readonly changes: readonly Change[];
}

/**
 * The catalogue of checked schemas.
 *
 * @param environments names of the environments, which name the buses
 */
export function buildCatalogue(schemas: readonly EventSchema[], environments: readonly string[]): Catalogue {
  const rows = new Map(schemas.map((schema) => [schema.type, propertyRows(schema.schema)]));
  const entries = schemas.map((schema) => toEntry(schema, schemas, rows, environments));
  const names = [...new Set(entries.map(({ module }) => module))].sort();
  return {
    modules: names.map((name) => {
      const ofModule = entries.filter(({ module }) => module === name);
      const source = ofModule[0]?.source ?? '';
      return { name, source, scope: name, buses: busesOf(name, environments), entries: ofModule };
    }),
  };
}

/** Every event type of a catalogue. */
export const entriesOf = ({ modules }: Catalogue): readonly CatalogueEntry[] =>
  modules.flatMap(({ entries }) => entries);

/** The newest version of a type, where that is another than the entry's. */
export const successorOf = ({ version, versions }: CatalogueEntry): Version | undefined =>
  versions[0] !== undefined && versions[0].version > version ? versions[0] : undefined;

type Rows = ReadonlyMap<string, readonly PropertyRow[]>;

function toEntry(
  schema: EventSchema,
  all: readonly EventSchema[],
  rows: Rows,
  environments: readonly string[],
): CatalogueEntry {
  const { type, title, description, module, version, owner, producers, consumers, source, clientBroadcast } = schema;
  const properties = rows.get(type) ?? [];
  return {
    type,
    page: pageOf(schema),
    title,
    description,
    module,
    version,
    owner,
    producers,
    consumers,
    source,
    scope: module,
    buses: busesOf(module, environments),
    clientBroadcast,
    isDeprecated: schema.deprecated,
    schemaFile: `schemas/${schema.file}`,
    examples: schema.examples,
    properties,
    enumerations: properties.filter(({ values }) => values.length > 0).map(({ path, values }) => ({ path, values })),
    ...usageOf(schema, busesOf(module, environments)[0]?.name ?? module),
    versions: versionsOf(schema, all, rows),
  };
}

/** As `lib/tidings-stack.ts` names them. */
const busesOf = (module: string, environments: readonly string[]): Bus[] =>
  environments.map((environment) => ({ environment, name: `tidings-${environment}-${module}` }));

/** A type is spelt so that every file system and every URL takes it. */
const pageOf = ({ module, entity, action, version }: EventSchema): string =>
  `${module}.${entity}-${action}.v${version}`;

function versionsOf({ module, entity, action }: EventSchema, all: readonly EventSchema[], rows: Rows): Version[] {
  const same = all
    .filter((other) => other.module === module && other.entity === entity && other.action === action)
    .sort((left, right) => left.version - right.version);
  return same
    .map((schema, index): Version => {
      const previous = same[index - 1];
      return {
        version: schema.version,
        type: schema.type,
        page: pageOf(schema),
        isDeprecated: schema.deprecated,
        previous: previous?.version,
        changes:
          previous === undefined ? [] : compareVersions(rows.get(previous.type) ?? [], rows.get(schema.type) ?? []),
      };
    })
    .reverse();
}
