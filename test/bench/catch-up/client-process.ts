import { createDelivery } from '@tidings/client';
import { openNodeSocket } from '../../chaos/node-socket.ts';
import { watchMemory } from './memory.ts';

/** A client that catches up, in a process of its own whose memory is nobody else's. */

const [url = '', head = '0'] = process.argv.slice(2);
const memory = watchMemory();
let events = 0;
let isOrdered = true;
let heldUp = 0;
const started = performance.now();
const delivery = createDelivery({
  url,
  token: () => 'token',
  strict: true,
  cursor: 'oldest',
  surroundings: { openSocket: openNodeSocket },
  onEvent({ sequence }) {
    events += 1;
    if (Number(sequence) !== events) isOrdered = false;
    if (events < Number(head)) return;
    const seconds = (performance.now() - started) / 1000;
    process.send?.({ events, isOrdered, seconds, heldUp, ...memory() });
    void delivery.close();
  },
  onStatus: ({ state }) => {
    if (state === 'behind') heldUp += 1;
  },
});
