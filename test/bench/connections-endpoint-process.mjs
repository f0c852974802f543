import { createServer } from 'node:http';

/** See connections-endpoint.ts. Plain JavaScript, so that it starts at once and costs as little as can be. */

const keepsIds = process.argv[2] === 'true';
const empty = () => ({ delivered: 0, gone: 0, bytes: 0, opened: 0, byConnection: {} });
let counts = empty();

const server = createServer((request, response) => {
  let bytes = 0;
  request.on('data', (chunk) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    const id = decodeURIComponent(request.url?.split('/@connections/')[1] ?? '');
    if (id.startsWith('gone')) {
      counts.gone += 1;
      response.writeHead(410, { 'x-amzn-errortype': 'GoneException', 'content-type': 'application/json' });
      response.end('{"message":null}');
      return;
    }
    counts.delivered += 1;
    counts.bytes += bytes;
    if (keepsIds) counts.byConnection[id] = (counts.byConnection[id] ?? 0) + 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.on('connection', () => {
  counts.opened += 1;
});
process.on('message', () => {
  process.send?.(counts);
  counts = empty();
});
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address()?.port }));
