import { createServer } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { close, HOST, listen, turnAway } from './http.ts';

const server = createServer();
afterEach(() => close(server));

it('turns requests and sockets away at once while there is nothing to serve, and no longer', async () => {
  const open = turnAway(server);
  const port = await listen(server, 0, 'test');
  const early = await fetch(`http://${HOST}:${port}/events`);
  expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
  const refused = await new Promise((resolve) => {
    new WebSocket(`ws://${HOST}:${port}/v1`).once('error', (error) => resolve(error.message));
  });
  expect(refused).toBe('Unexpected server response: 503');

  open();
  server.on('request', (_, response) => response.end('served'));
  expect(await (await fetch(`http://${HOST}:${port}/events`)).text()).toBe('served');
});
