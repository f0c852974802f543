import type {
  CatalogueIndex,
  IndexEntry,
  PropertyData,
  TypeData,
  Usage,
  VersionData,
} from '../../../../console/src/pages/catalogue/catalogue-data.ts';
import type { JsonObject } from '../../json-value.ts';
import type { Tokenize } from '../html/highlight.ts';
import { anchorsOf } from '../html/property-table.ts';
import type { Catalogue, CatalogueEntry, Version } from '../model.ts';
import type { PropertyRow } from '../properties.ts';
import type { UsageSection } from '../usage/index.ts';
import { richLineNodes, richNodes } from './rich-nodes.ts';

/** The list of all types, for the console. */
export const indexData = ({ modules }: Catalogue): CatalogueIndex => ({
  modules: modules.map(({ name, source, scope, buses, entries }) => ({
    name,
    source,
    scope,
    buses,
    entries: entries.map(entryData),
  })),
});

/** Everything about one type, for the console. */
export function typeData(entry: CatalogueEntry, schema: JsonObject, tokenize: Tokenize): TypeData {
  const anchors = anchorsOf(entry.properties);
  const anchorOf = (path: string): string => anchors.get(path) ?? '';
  return {
    ...entryData(entry),
    description: richNodes(entry.description),
    module: entry.module,
    version: entry.version,
    source: entry.source,
    scope: entry.scope,
    buses: entry.buses,
    schemaFile: entry.schemaFile,
    schema: JSON.stringify(schema, null, 2),
    examples: entry.examples.map((example) => tokenize(JSON.stringify(example, null, 2), 'json')),
    properties: entry.properties.map((row) => propertyData(row, anchorOf(row.path))),
    enumerations: entry.enumerations.map(({ path, values }) => ({
      path,
      anchor: anchorOf(path),
      values: values.map(({ value, description }) => ({ value, description: richLineNodes(description) })),
    })),
    publish: usageData(entry.publish, tokenize),
    receive: usageData(entry.subscribe, tokenize),
    versions: entry.versions.map(versionData),
  };
}

const entryData = (entry: CatalogueEntry): IndexEntry => ({
  type: entry.type,
  title: entry.title,
  owner: entry.owner ?? null,
  producers: entry.producers,
  consumers: entry.consumers,
  clientBroadcast: entry.clientBroadcast,
  isDeprecated: entry.isDeprecated,
});

const propertyData = (row: PropertyRow, anchor: string): PropertyData => ({
  kind: row.kind,
  anchor,
  path: row.path,
  name: row.name,
  depth: row.depth,
  type: row.type,
  isRequired: row.isRequired,
  isDeprecated: row.isDeprecated,
  restrictions: row.restrictions,
  description: richLineNodes(row.description || (row.kind === 'property' ? row.title : '')),
});

const usageData = (section: UsageSection, tokenize: Tokenize): readonly Usage[] =>
  section.map(({ id, label, snippets }) => ({
    id,
    label,
    snippets: snippets.map(({ title, code, language }) => ({
      title: richLineNodes(title),
      code: tokenize(code, language),
    })),
  }));

const versionData = ({ version, type, isDeprecated, previous, changes }: Version): VersionData => ({
  version,
  type,
  isDeprecated,
  previous: previous ?? null,
  changes,
});
