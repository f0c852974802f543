import type { EventSchema } from './event-schema.ts';
import { HEADER } from './generated-file.ts';
import { moduleValueName, valueName } from './names.ts';
import { comment, memberName, quoted } from './source-text.ts';

interface Entry {
  readonly name: string;
  readonly value: string;
  /** What it means, for whoever points at it in an editor. */
  readonly about: string;
}

/** Names that producers, consumers and infrastructure share: small, and without the catalogue's texts. */
export function emitConstants(schemas: readonly EventSchema[]): string {
  const modules = [...new Map(schemas.map(({ module, source }) => [module, source]))].sort();
  const ofModules = (value: (module: string, source: string) => string, about: (module: string) => string): string =>
    object(
      modules.map(([module, source]) => ({
        name: moduleValueName(module),
        value: value(module, source),
        about: about(module),
      })),
    );
  return `${HEADER}
import type { EventDataByType } from './event-types.ts';

/** Every module: one bus and one scope each. */
export const MODULES = ${ofModules(
    (module) => module,
    (module) => `The module \`${module}\`, and what the name of its bus ends with.`,
  )} as const;

/** What events of a module have as their \`source\`. */
export const SOURCES = ${ofModules(
    (_module, source) => source,
    (module) => `The source of events of \`${module}\`.`,
  )} as const;

/**
 * Scopes that a token needs to publish events of a module. The scope that reading takes is not here: it is a setting of
 * each environment (\`events:read\` unless it says otherwise, or none).
 */
export const SCOPES = ${ofModules(
    (module) => module,
    (module) => `Lets a token publish events of \`${module}\`.`,
  )} as const;

/** Every event type, by the name of its constructor. */
export const EVENT_TYPES = ${object(
    schemas.map((schema) => ({ name: valueName(schema), value: schema.type, about: about(schema) })),
  )} as const satisfies Readonly<Record<string, keyof EventDataByType>>;

/** The source of each event type. */
export const SOURCE_BY_TYPE = ${object(
    schemas.map((schema) => ({ name: schema.type, value: schema.source, about: schema.title })),
  )} as const satisfies Readonly<Record<keyof EventDataByType, string>>;
`;
}

const about = ({ title, description, deprecated }: EventSchema): string =>
  `${description === '' ? title : description}${deprecated ? '\n\n@deprecated The schema says so.' : ''}`;

const object = (entries: readonly Entry[]): string =>
  `{\n${entries.map(({ name, value, about }) => `${comment(about, '  ')}\n  ${memberName(name)}: ${quoted(value)},\n`).join('')}}`;
