import type { EventSchema } from './event-schema.ts';
import { HEADER } from './generated-file.ts';
import { valueName } from './names.ts';

/** Names that producers, consumers and infrastructure share: small, and without the catalogue's texts. */
export function emitConstants(schemas: readonly EventSchema[]): string {
  const modules = [...new Set(schemas.map(({ module }) => module))].sort();
  const sources = new Map(schemas.map(({ module, source }) => [module, source]));
  return `${HEADER}

/** Every module: one bus and one scope each. */
export const MODULES = ${literal(modules.map((module) => [camel(module), module]))} as const;

/** What events of a module have as their \`source\`. */
export const SOURCES = ${literal(modules.map((module) => [camel(module), sources.get(module)]))} as const;

/** Scopes that a token needs to put events of a module. */
export const SCOPES = ${literal(modules.map((module) => [camel(module), module]))} as const;

/** Every event type. */
export const EVENT_TYPES = ${literal(schemas.map((schema) => [valueName(schema), schema.type]))} as const;

/** The source of each event type. */
export const SOURCE_BY_TYPE = ${literal(schemas.map(({ type, source }) => [type, source]))} as const;
`;
}

const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const literal = (entries: readonly (readonly [string, unknown])[]): string =>
  JSON.stringify(Object.fromEntries(entries), null, 2);
