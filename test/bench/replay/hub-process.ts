import { asTenantId } from '@tidings/contracts';
import { WebSocketServer } from 'ws';
import { createDynamoDbConnectionRegistry } from '../../../lambdas/adapters/dynamodb/connection-registry.ts';
import { createDynamoDbSubscriptions } from '../../../lambdas/adapters/dynamodb/subscriptions.ts';
import { systemSurroundings } from '../../../lambdas/adapters/surroundings.ts';
import { receive } from '../../../lambdas/core/serve-socket.ts';
import { UNLIMITED } from '../../unlimited.ts';
import { connectTo, logIn, recipientOf } from './backlog.ts';
import { watchMemory } from './memory.ts';

/** What the function `socket` does, in a process of its own whose memory is nobody else's. */

const [endpoint = '', tableName = '', tenant = ''] = process.argv.slice(2);
const client = connectTo(endpoint);
const recipient = recipientOf(asTenantId(tenant), 'every');
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'tidings.v1' });
const surroundings = systemSurroundings;
let requests = 0;

server.on('connection', (socket) => {
  const open = { connectionId: `bench-${Date.now()}`, recipient, connectedAt: new Date() };
  const post = (_id: string, text: string): Promise<'delivered' | 'gone'> =>
    new Promise((resolve) => socket.send(text, (error) => resolve(error ? 'gone' : 'delivered')));
  const ports = {
    log: logIn(client, tableName),
    registry: createDynamoDbConnectionRegistry({ client, tableName, surroundings }),
    subscriptions: createDynamoDbSubscriptions(client, tableName),
    poster: { post },
    ...UNLIMITED,
    isBroadcast: () => true,
    surroundings,
    apiUrl: 'http://127.0.0.1',
    verifier: { verify: () => Promise.reject(new Error('Expected no token to be sent')) },
    readScope: 'events:read',
  };
  socket.on('message', (data) => {
    requests += 1;
    receive(open, String(data), ports).catch((error: unknown) => console.error(error));
  });
});

const memory = watchMemory();
process.on('message', () => process.send?.({ ...memory(), requests }));
process.once('disconnect', () => process.exit());
server.once('listening', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
