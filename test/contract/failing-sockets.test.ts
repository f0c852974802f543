import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asEventId, asTenantId } from '@tidings/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSocketPoster } from '../../lambdas/adapters/api-gateway/socket-poster.ts';
import { createMemoryConnectionRegistry } from '../../lambdas/adapters/memory/connection-registry.ts';
import { createMemoryEventLog } from '../../lambdas/adapters/memory/event-log.ts';
import { createMemorySubscriptions } from '../../lambdas/adapters/memory/subscriptions.ts';
import { systemSurroundings } from '../../lambdas/adapters/surroundings.ts';
import { fanOut } from '../../lambdas/core/fan-out.ts';
import { ONE_RUN, ringShards } from '../unlimited.ts';

const tenant = asTenantId('acme');
const LONG_AGO = new Date(Date.now() - 60_000);

/** How `@connections` answers for a connection whose id begins so. */
const STATUS: Readonly<Record<string, number>> = { fine: 200, gone: 410, failing: 500, throttled: 429 };

describe('the fan-out over real HTTP, among sockets that fail in every way', () => {
  let server: Server;
  const received = new Map<string, { body: string; at: number }>();
  beforeAll(async () => {
    server = createServer((request, response) => {
      const id = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
      let body = '';
      request.on('data', (data) => {
        body += String(data);
      });
      request.on('end', () => {
        received.set(id, { body, at: Date.now() });
        // `hanging` is never answered.
        const status = STATUS[id.split('-')[0] ?? ''];
        if (status !== undefined) response.writeHead(status).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('keeps nobody from theirs, loses the row of the stale one alone, and marks the others', async () => {
    const log = createMemoryEventLog(systemSurroundings);
    const registry = createMemoryConnectionRegistry();
    const recipient = {
      tenant,
      subject: 'alice',
      organizations: [],
      roles: [],
      expiresAt: 4_000_000_000,
      mayRead: false,
    };
    const ids = ['fine-1', 'gone', 'failing', 'throttled', 'hanging', 'fine-2'];
    for (const id of ids) {
      await registry.subscribe({ id, recipient, connectedAt: LONG_AGO }, { filter: {} }, false);
    }
    const header = { id: asEventId('e'), type: 'bank.test:created@v1' };
    const event = { specversion: '1.0' as const, source: 's', tenantid: tenant, ...header };
    const expected = await log.head(tenant);
    const commit = {
      tenant,
      expected,
      newEpoch: 'epoch',
      events: [{ json: JSON.stringify(event), header }],
      recordedAt: new Date(),
    };
    await log.commit({ ...commit, expiresAt: 4_000_000_000 });

    const failures: string[] = [];
    const { port } = server.address() as AddressInfo;
    const started = Date.now();
    const result = await fanOut(
      tenant,
      { mayBeginRound: () => true, mayPost: () => true },
      {
        log,
        registry,
        subscriptions: createMemorySubscriptions(),
        poster: createSocketPoster({
          socketEndpoint: `ws://127.0.0.1:${port}/v1`,
          region: 'eu-north-1',
          onFailure: (id) => failures.push(id),
        }),
        doorbell: { ring: async () => undefined, ringShards },
        scale: ONE_RUN,
        isBroadcast: () => true,
        surroundings: systemSurroundings,
        apiUrl: 'https://api.example',
        onRegistryFailure: (_, cause) => expect.unreachable(String(cause)),
      },
    );

    expect(result).toMatchObject({ through: 1, delivered: 2, gone: 1, failed: 3 });
    expect(failures.toSorted()).toEqual(['failing', 'hanging']);
    expect(result.throttled).toBeGreaterThan(1);
    const rows = (await registry.list(tenant)).connections;
    expect(rows.filter(({ behindSince }) => behindSince).map(({ id }) => id)).toEqual([
      'failing',
      'hanging',
      'throttled',
    ]);
    expect(rows.filter(({ behindSince }) => !behindSince).map(({ id }) => id)).toEqual(['fine-1', 'fine-2']);
    // The one that hangs takes its three seconds; nobody else waits for it.
    for (const id of ['fine-1', 'fine-2']) {
      expect(JSON.parse(received.get(id)?.body ?? '{}')).toMatchObject({ events: [{ id: 'e' }] });
      expect((received.get(id)?.at ?? 0) - started).toBeLessThan(2000);
    }
    expect(await log.fanOutPosition(tenant)).toEqual({ epoch: 'epoch', sequence: 1 });
  });
});
