import { compile } from 'json-schema-to-typescript';
import type { EventSchema } from './event-schema.ts';
import { HEADER } from './generated-file.ts';
import { definitionName, typeName } from './names.ts';
import { readonlyTypes } from './readonly-types.ts';
import { quoted } from './source-text.ts';
import { toTypeSchema } from './type-schema.ts';

/** What the generator of types is to call the whole; it would write some of our names differently. */
const WHOLE = 'Whole';

/** What `data` is, by event type, as TypeScript. */
export async function emitEventTypes(schemas: readonly EventSchema[]): Promise<string> {
  const declarations = await Promise.all(schemas.map(declare));
  const members = schemas.map((schema) => `  readonly ${quoted(schema.type)}: ${typeName(schema)};`);
  return `${HEADER}

${declarations.join('\n')}
/** What \`data\` is, by event type. */
export interface EventDataByType {
${members.join('\n')}
}
`;
}

async function declare(event: EventSchema): Promise<string> {
  const { schema, definitions } = toTypeSchema(event.schema);
  const source = await compile(schema, WHOLE, {
    bannerComment: '',
    additionalProperties: true,
    format: true,
    style: { singleQuote: true, printWidth: 120, semi: true },
  });
  const names = new Map([...definitions].map(([key, name]) => [name, definitionName(event, key)]));
  return readonlyTypes(source, names.set(WHOLE, typeName(event)));
}
