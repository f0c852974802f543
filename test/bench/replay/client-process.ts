import { createDelivery } from '@tidings/client';
import { openNodeSocket } from '../../chaos/node-socket.ts';
import { cpuMicroseconds } from '../measure.ts';
import { type Memory, watchMemory } from './memory.ts';

/** A client that catches up, in a process of its own, whose memory and processor time are nobody else's. */

/** What it has to tell. */
export interface CaughtUp extends Memory {
  readonly events: number;
  readonly isOrdered: boolean;
  /** From before it connected to its last event. */
  readonly seconds: number;
  /** Microseconds of a processor in that time, for each event. */
  readonly cpu: number;
}

const [url = '', token = '', head = '0'] = process.argv.slice(2);
const memory = watchMemory();
let events = 0;
let isOrdered = true;
const started = { at: performance.now(), cpu: cpuMicroseconds() };
const delivery = createDelivery({
  url,
  token: () => token,
  strict: true,
  cursor: 'oldest',
  surroundings: { openSocket: openNodeSocket },
  onEvent({ sequence }) {
    events += 1;
    if (Number(sequence) !== events) isOrdered = false;
    if (events < Number(head)) return;
    process.send?.({
      events,
      isOrdered,
      seconds: (performance.now() - started.at) / 1000,
      cpu: (cpuMicroseconds() - started.cpu) / events,
      ...memory(),
    } satisfies CaughtUp);
    void delivery.close();
  },
});
