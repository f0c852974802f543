import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { BusEvent, EventBus } from '../core/ports/outbound.ts';
import type { Surroundings } from '../core/ports/surroundings.ts';
import { toXRayHeader } from '../core/trace-context.ts';

/** Entries and bytes of one request. Source: EventBridge API reference and user guide, PutEvents. */
const REQUEST = { entries: 10, bytes: 256 * 1024 } as const;
const BYTES_OF_TIME = 14;
const MAX_ATTEMPTS = 4;

interface Options {
  readonly client: EventBridgeClient;
  /** Module → name of its bus. */
  readonly busNames: Readonly<Record<string, string>>;
  readonly surroundings: Pick<Surroundings, 'random' | 'pause'>;
}

interface Put {
  readonly index: number;
  readonly entry: PutEventsRequestEntry;
  readonly bytes: number;
}

/** EventBridge, one bus a module. Entries that it refuses for the moment are sent again, those alone. */
export function createEventBridgeBus({ client, busNames, surroundings }: Options): EventBus {
  return {
    async put(events) {
      const failures: (string | undefined)[] = events.map(() => undefined);
      let open = events.map((event, index) => toPut(event, index, busNames));
      for (let attempt = 1; open.length > 0; attempt += 1) {
        const again = (await Promise.all([...requests(open)].map((request) => send(client, request, failures)))).flat();
        open = attempt < MAX_ATTEMPTS ? again : [];
        if (open.length > 0) await surroundings.pause(surroundings.random() * 50 * 2 ** attempt);
      }
      return failures;
    },
  };
}

/** Sends one request, writes down what failed, and returns it. */
async function send(client: EventBridgeClient, puts: readonly Put[], failures: (string | undefined)[]): Promise<Put[]> {
  try {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: puts.map(({ entry }) => entry) }));
    return puts.filter(({ index }, i) => {
      // An event counts as accepted only if the bus says so: it gives what it takes an id.
      const { EventId, ErrorCode = EventId === undefined ? 'nothing' : undefined } = Entries[i] ?? {};
      failures[index] = ErrorCode === undefined ? undefined : `The bus answered ${ErrorCode}`;
      return ErrorCode !== undefined;
    });
  } catch (error) {
    for (const { index } of puts) failures[index] = `The bus cannot be reached (${nameOf(error)})`;
    return [...puts];
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

function toPut({ event, module, json: Detail }: BusEvent, index: number, busNames: Options['busNames']): Put {
  const EventBusName = Object.hasOwn(busNames, module) ? busNames[module] : undefined;
  if (EventBusName === undefined) throw new Error(`No bus is configured for the module "${module}"`);
  const TraceHeader = toXRayHeader(event.traceparent);
  const bytes =
    Buffer.byteLength(Detail) + Buffer.byteLength(event.source) + Buffer.byteLength(event.type) + BYTES_OF_TIME;
  return {
    index,
    bytes,
    entry: {
      EventBusName,
      Source: event.source,
      DetailType: event.type,
      Detail,
      ...(event.time !== undefined && { Time: new Date(event.time) }),
      // X-Ray ties the rule's target to the trace by this one.
      ...(TraceHeader !== undefined && { TraceHeader }),
    },
  };
}

function* requests(puts: readonly Put[]): Generator<readonly Put[]> {
  let request: Put[] = [];
  let bytes = 0;
  for (const put of puts) {
    if (request.length > 0 && (request.length === REQUEST.entries || bytes + put.bytes > REQUEST.bytes)) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(put);
    bytes += put.bytes;
  }
  if (request.length > 0) yield request;
}
