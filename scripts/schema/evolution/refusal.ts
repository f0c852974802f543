import type { EventSchema } from '../../generate/event-schema.ts';
import type { PublishedType } from '../lock/published-type.ts';
import { placeOf } from './canonical-schema.ts';
import { CHANGES, type Change, type ChangeCode } from './change.ts';
import { compareSchemas } from './compare-schemas.ts';

/** A change that a published version does not take: what, where, and what to do instead. */
export interface Refusal {
  readonly code: ChangeCode;
  /** The file below the schemas folder. */
  readonly file: string;
  /** JSON pointer into the file as it is now; the last part of it may be missing there. */
  readonly pointer: string;
  readonly before: unknown;
  readonly now: unknown;
  readonly message: string;
  /** What to do instead. */
  readonly advice: string;
}

/** What of a schema its published state does not allow. */
export function refusalsOf(
  was: PublishedType,
  { file, source, clientBroadcast, schema }: EventSchema,
  is: PublishedType,
  advice: string,
): Refusal[] {
  const changes: Change[] = [];
  if (was.source !== source) {
    changes.push({ code: 'SOURCE_CHANGED', path: ['x-tidings', 'source'], before: was.source, now: source });
  }
  if (was.clientBroadcast !== clientBroadcast) {
    changes.push({
      code: clientBroadcast ? 'BROADCAST_ADDED' : 'BROADCAST_REMOVED',
      path: ['x-tidings', 'clientBroadcast'],
      before: was.clientBroadcast,
      now: clientBroadcast,
    });
  }
  return [...changes, ...compareSchemas(was.schema, is.schema)].map((change) => {
    const { code, path, before, now } = change;
    return { code, file, pointer: placeOf(schema, path), before, now, message: messageOf(change), advice };
  });
}

function messageOf({ code, path, before, now, note }: Change): string {
  const { what, harmed } = CHANGES[code];
  const named = code === 'KEYWORD_CHANGED' ? `changed ${path.at(-1) ?? 'schema'}` : what;
  return `${named}: was ${shown(before)}, is ${shown(now)}${note === undefined ? '' : ` (${note})`}; breaks ${harmed}`;
}

const MAX_SHOWN = 200;

/** A value of a schema in one line. Schemas hold nothing secret. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`;
}
