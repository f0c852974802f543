import { compile } from 'json-schema-to-typescript';
import type { EventSchema } from './event-schema.ts';
import { HEADER } from './generated-file.ts';
import { typeName } from './names.ts';

/** What `data` is, by event type, as TypeScript. */
export async function emitEventTypes(schemas: readonly EventSchema[]): Promise<string> {
  const declarations = await Promise.all(schemas.map(declare));
  const members = schemas.map((schema) => `  ${JSON.stringify(schema.type)}: ${typeName(schema)};`);
  return `${HEADER}

${declarations.join('\n')}
/** What \`data\` is, by event type. */
export interface EventDataByType {
${members.join('\n')}
}
`;
}

async function declare(schema: EventSchema): Promise<string> {
  return await compile(withoutInnerTitles(schema.schema), typeName(schema), {
    bannerComment: '',
    additionalProperties: true,
    format: true,
    style: { singleQuote: true, printWidth: 120, semi: true },
  });
}

/** A title names a type; within a schema it is for people, and would make one type for each property. */
function withoutInnerTitles(value: unknown, depth = 0): Record<string, unknown> {
  const strip = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(strip);
    if (typeof inner !== 'object' || inner === null) return inner;
    return withoutInnerTitles(inner, depth + 1);
  };
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>)
      .filter(([key, inner]) => !(key === 'title' && typeof inner === 'string') && key !== '$id' && key !== 'examples')
      .map(([key, inner]) => [key, strip(inner)]),
  );
}
