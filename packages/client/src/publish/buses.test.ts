import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bankEvent, communityEvent } from '../../test/new-events.ts';
import { TidingsBusClient } from './bus-client.ts';
import { busesFromEnvironment } from './buses.ts';

const bus = (module: string, region = 'eu-north-1'): string =>
  `arn:aws:events:${region}:111111111111:event-bus/tidings-prod-${module}`;

afterEach(() => vi.unstubAllEnvs());

describe('buses from the environment', () => {
  it('are those that TIDINGS_BUSES names', () => {
    vi.stubEnv('TIDINGS_BUSES', JSON.stringify({ bank: bus('bank') }));
    expect(busesFromEnvironment()).toEqual({ bank: bus('bank') });
  });

  it.each(['not JSON', '[]', '{}', 'null', '"tidings-dev-bank"', '{"bank":""}', '{"bank":1}'])(
    'are refused as %s, which is named',
    (text) => {
      vi.stubEnv('TIDINGS_BUSES', text);
      expect(() => new TidingsBusClient()).toThrow(
        `OPTIONS_INVALID: Expected TIDINGS_BUSES to be JSON such as {"bank":"tidings-dev-bank"}, found ${JSON.stringify(text)}`,
      );
    },
  );

  it.each([undefined, ''])('are missed when the client is made, not at the first event: %j', (text) => {
    vi.stubEnv('TIDINGS_BUSES', text);
    expect(() => new TidingsBusClient()).toThrow(
      'OPTIONS_INVALID: Expected buses, or the variable TIDINGS_BUSES in the environment, found neither',
    );
  });

  it('are not looked at where the code names its own', () => {
    vi.stubEnv('TIDINGS_BUSES', 'not JSON');
    expect(() => new TidingsBusClient({ buses: { environment: 'dev' } })).not.toThrow();
  });
});

describe('buses that are named by ARN', () => {
  it('are refused if one client cannot reach them all', () => {
    const buses = { bank: bus('bank'), community: bus('community', 'eu-west-1') };
    expect(() => new TidingsBusClient({ buses })).toThrow(
      'OPTIONS_INVALID: Expected all buses in one region, found eu-north-1 and eu-west-1',
    );
  });

  it('are put on in their own region, wherever the function runs', async () => {
    const requests: { readonly authorization: string; readonly body: string }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      requests.push({ authorization: String(request.headers.authorization), body: Buffer.concat(chunks).toString() });
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }, { EventId: '2' }] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
    vi.stubEnv('TIDINGS_BUSES', JSON.stringify({ bank: bus('bank'), community: bus('community') }));
    try {
      await new TidingsBusClient().publish([bankEvent(), communityEvent('1')]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
    const [{ authorization, body } = { authorization: '', body: '{}' }, ...others] = requests;
    expect(others).toEqual([]);
    expect(authorization).toContain('/eu-north-1/events/aws4_request');
    const { Entries } = JSON.parse(body) as { readonly Entries: readonly { readonly EventBusName: string }[] };
    expect(Entries.map(({ EventBusName }) => EventBusName)).toEqual([bus('bank'), bus('community')]);
  });
});
