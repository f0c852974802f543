import { once } from 'node:events';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/** Sockets that take messages, see processes.ts. */

const [name = '', port = '', count = ''] = process.argv.slice(2);

async function openSocketIo(): Promise<void> {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  let left = 0;
  socket.on('turn', (times: number) => {
    left = times;
  });
  socket.on('message', () => {
    left -= 1;
    if (left === 0) socket.emit('arrived');
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
}

async function openPlain(): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  let left = 0;
  socket.on('message', (data) => {
    const text = String(data);
    if (text.startsWith('turn ')) {
      left = Number(text.slice(5));
      return;
    }
    left -= 1;
    if (left === 0) socket.send('arrived');
  });
  await once(socket, 'open');
}

for (let number = 0; number < Number(count); number += 1) await (name === 'ws' ? openPlain() : openSocketIo());
process.once('disconnect', () => process.exit());
process.send?.('open');
