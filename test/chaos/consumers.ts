import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Cursor,
  type CursorStore,
  createDelivery,
  type Delivery,
  type DeliveryError,
  type DeliveryReset,
} from '@tidings/client';
import type { ReceivedEvent } from '../acceptance/events.ts';
import type { Filter, Receiver } from '../acceptance/oracle.ts';
import type { Target } from '../acceptance/target.ts';
import { fetchToken } from './hub-api.ts';
import { openNodeSocket } from './node-socket.ts';

/** Who receives, and what. */
export interface ConsumerPlan {
  readonly name: string;
  readonly receiver: Receiver;
  readonly filter: Filter;
  /** The name of a durable subscription that has the filter, in place of a filter of the client's own. */
  readonly subscription?: string;
}

/** Short, so that tokens are renewed and sockets replaced while the hub is killed. */
const TOKEN_SECONDS = 45;
const TIMING = {
  socketLife: 40_000,
  tokenMargin: 10_000,
  answer: 5000,
  attempt: 8000,
  backoffBase: 200,
  backoffCap: 2000,
};

/**
 * The hub tells clients to sync every 240 seconds. Here they hear 10, so that who has missed something at the end of a
 * run is not waited for that long; nothing else in what is sent is touched.
 */
const HEARTBEAT = [/("heartbeatSeconds"):240\b/, '$1:10'] as const;

/** A production client, which lives from the beginning of a run to its end, and notes what its handler was given. */
export class Consumer {
  readonly plan: ConsumerPlan;
  readonly handled: ReceivedEvent[] = [];
  readonly resets: DeliveryReset[] = [];
  /** Errors by code: that of the hub, where it has named one. */
  readonly errors = new Map<string, number>();
  /** Sockets that were opened. */
  sockets = 0;
  renewals = 0;
  readonly #delivery: Delivery;
  readonly #file: string;

  constructor(plan: ConsumerPlan, target: Target, folder: string) {
    this.plan = plan;
    this.#file = join(folder, `cursor-${plan.name}.json`);
    const { receiver, filter, subscription } = plan;
    this.#delivery = createDelivery({
      url: target.socketUrl,
      strict: true,
      token: (reason) => {
        if (reason === 'renew') this.renewals += 1;
        return fetchToken(target, receiver, 'events:read', TOKEN_SECONDS);
      },
      timing: TIMING,
      surroundings: {
        openSocket: (url, protocols, events) => {
          this.sockets += 1;
          const received = (text: string): void => events.received(text.replace(...HEARTBEAT));
          return openNodeSocket(url, protocols, {
            opened: () => events.opened(),
            received,
            closed: (code, reason) => events.closed(code, reason),
          });
        },
      },
      onEvent: (event) => {
        this.handled.push(event as unknown as ReceivedEvent);
        if (subscription !== undefined) this.#delivery.ack(event.sequence);
      },
      onReset: (reset) => this.resets.push(reset),
      onError: (error) => this.#note(error),
      ...(subscription === undefined
        ? { filter, cursor: 'oldest' as const, cursorStore: fileCursorStore(this.#file) }
        : { subscription }),
    });
  }

  /** Up to where everything has been handled. */
  get sequence(): number {
    return this.#delivery.cursor?.sequence ?? 0;
  }

  get state(): string {
    return this.#delivery.state;
  }

  /** The cursor as it lies on the disk; of a durable subscription, the hub has it. */
  get stored(): Cursor | undefined {
    return this.plan.subscription === undefined ? readCursor(this.#file) : undefined;
  }

  /** Events that came though one with their sequence, or a later one, had come. */
  get repeats(): number {
    let highest = 0;
    let count = 0;
    for (const { sequence } of this.handled) {
      if (Number(sequence) <= highest) count += 1;
      highest = Math.max(highest, Number(sequence));
    }
    return count;
  }

  close(): Promise<void> {
    return this.#delivery.close();
  }

  #note({ code, cause }: DeliveryError): void {
    const name = (cause as { readonly code?: string } | undefined)?.code;
    const key = code === 'HUB_REFUSED' ? `${code} ${name}` : code;
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1);
  }
}

/** Keeps a cursor in a file: replaced at once, so that nobody reads half of one. */
function fileCursorStore(file: string): CursorStore {
  return {
    load: () => readCursor(file),
    async save(cursor) {
      await writeFile(`${file}.new`, JSON.stringify(cursor));
      await rename(`${file}.new`, file);
    },
  };
}

function readCursor(file: string): Cursor | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Cursor;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
