import { NOTICE } from '../../generated-file.ts';
import type { Catalogue, CatalogueEntry } from '../model.ts';
import { code, plain, table } from './escape.ts';

/** The page that lists every event type: who publishes it, and who is told. */
export function indexPage({ modules }: Catalogue): string {
  const sections = modules.map(
    ({ name, source, scope, buses, entries }) => `## ${code(name)}

Source ${code(source)}, scope ${code(scope)}, ${buses.length === 1 ? 'bus' : 'buses'} ${buses.map((bus) => code(bus.name)).join(', ')}.

${table(['type', 'title', 'published by', 'consumed by', 'browser', 'owner'], entries.map(row))}
`,
  );
  return `<!-- ${NOTICE} -->

# Event catalogue

Every event that travels through the hub, from the schemas under [\`schemas/\`](../../schemas). A type's page says what is
in it, and how to publish and to receive it.

${sections.join('\n')}`;
}

const row = (entry: CatalogueEntry): string[] => [
  `[${code(entry.type)}](${entry.page}.md)${entry.isDeprecated ? ' (deprecated)' : ''}`,
  plain(entry.title),
  names(entry.producers),
  names(entry.consumers),
  entry.clientBroadcast ? 'yes' : 'no',
  plain(entry.owner ?? ''),
];

/** Names of services, or a dash. */
export const names = (services: readonly string[]): string => services.map(plain).join(', ') || '–';
