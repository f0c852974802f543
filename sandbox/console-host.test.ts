import { createServer, request } from 'node:http';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFixture } from './fixture/assembly.ts';
import { website } from './fixture/website.ts';
import { close, listen } from './http.ts';

async function start() {
  const { resources, ...rest } = website();
  const bus = { Type: 'AWS::Events::EventBus', Properties: { Name: 'the-bus' } };
  const { target } = await startFixture({ ...rest, resources: { ...resources, Bus: bus } });
  return { target, url: new URL(target.consoleUrl ?? '') };
}

/** A request as a browser might be made to send it. @returns the status */
const post = (url: URL, headers: Readonly<Record<string, string>>, method = 'POST', path = '/aws/') =>
  new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = url;
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    });
    sent.once('error', reject).end(method === 'POST' ? '{}' : undefined);
  });

describe('the console of a sandbox', () => {
  it('is told where tokens, buses and the AWS endpoint are', async () => {
    const { target, url } = await start();
    const configuration = await (await fetch(new URL('/config.json', url))).json();
    expect(configuration).toMatchObject({
      region: 'eu-north-1',
      sandbox: { tokenUrl: target.tokenUrl, awsEndpointUrl: `${target.consoleUrl}/aws`, buses: { bank: 'the-bus' } },
    });
  });

  it('reaches a bus as its own origin', async () => {
    const { target } = await start();
    const client = new EventBridgeClient({
      endpoint: `${target.consoleUrl}/aws`,
      region: target.region,
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    });
    const entry = { EventBusName: 'the-bus', Source: 's', DetailType: 't', Detail: '{}' };
    const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    expect([FailedEntryCount, Entries?.length]).toEqual([0, 1]);
  });

  it('lets no other page reach it', async () => {
    const { url } = await start();
    expect(await post(url, { origin: url.origin, 'sec-fetch-site': 'same-origin' })).toBe(400);
    expect(await post(url, { origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await post(url, { origin: 'null' })).toBe(403);
    expect(await post(url, { origin: url.origin, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post(url, { origin: url.origin, 'sec-fetch-site': 'same-site' })).toBe(403);
    // A name that somebody makes lead here, so that a page of that name is of the same origin.
    expect(await post(url, { host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
    expect(await post(url, {}, 'GET')).toBe(405);
  });

  it('passes nothing on to another host than that of the endpoint', async () => {
    const other = createServer((_, response) => response.writeHead(418).end());
    const port = await listen(other, 0, 'another host');
    onTestFinished(() => close(other));
    const { url } = await start();
    expect(await post(url, {}, 'POST', `/aws//127.0.0.1:${port}/`)).toBe(400);
  });

  it('is the only way for a page to the AWS endpoint, whatever name that page has', async () => {
    const { target } = await start();
    const endpoint = new URL(target.awsEndpointUrl);
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents', authorization: 'Credential=somebody/' };
    // It puts no events, but is heard.
    expect(await post(endpoint, headers, 'POST', '/')).toBe(400);
    expect(await post(endpoint, { ...headers, origin: endpoint.origin }, 'POST', '/')).toBe(403);
    const named = { host: 'evil.example', origin: 'http://evil.example' };
    expect(await post(endpoint, { ...headers, ...named }, 'POST', '/')).toBe(403);
  });

  it('is not there where the stack has none', async () => {
    const { target } = await startFixture({ resources: {} });
    expect(target).not.toHaveProperty('consoleUrl');
  });
});
