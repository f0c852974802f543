import type { EventSchema } from '../event-schema.ts';
import { emitAsyncapi } from './emit-asyncapi.ts';
import { emitOpenapi } from './emit-openapi.ts';

/** What describes the hub to tools, by path below the root of the repository. */
export const emitDescriptions = (schemas: readonly EventSchema[]): readonly (readonly [string, string])[] => [
  ['packages/contracts/gen/asyncapi.json', emitAsyncapi(schemas)],
  ['packages/contracts/gen/openapi.json', emitOpenapi(schemas)],
];
