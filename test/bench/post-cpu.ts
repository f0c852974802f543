import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { createSocketPoster } from '../../lambdas/adapters/api-gateway/socket-poster.ts';
import type { Bench } from './bench.ts';
import { type ConnectionsEndpoint, startConnectionsEndpoint } from './connections-endpoint.ts';
import { describePaired, measurePaired } from './measure.ts';

const REGION = 'eu-north-1';
const CREDENTIALS = { accessKeyId: 'AKIABENCH', secretAccessKey: 'secret' };
/** Posts under way at once, as in the fan-out. */
const AT_ONCE = 64;
/** A frame of one event of 1 KB. */
const FRAME = JSON.stringify({
  type: 'events',
  from: 1,
  through: 1,
  replay: false,
  events: [{ data: 'x'.repeat(1024) }],
});

/** What a post takes, whoever makes it: a request over a kept connection, signed. */
export const bench: Bench = {
  name: 'post-cpu',
  title: 'Processor time of a post to a socket',
  method:
    'The production poster against a request by node:http over kept connections, signed by hand with the steps that AWS ' +
    'Signature Version 4 prescribes and no more; 64 at a time, over real HTTP to an endpoint in a process of its own.',
  isGuarded: true,
  async run({ isQuick, rounds, progress }) {
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    });
    const endpoint = await startConnectionsEndpoint();
    try {
      const times = isQuick ? 1500 : 4000;
      const poster = createSocketPoster({
        socketEndpoint: endpoint.url,
        region: REGION,
        onFailure: (id, cause) => {
          throw new Error(`The post to ${id} failed`, { cause });
        },
      });
      const raw = createRawPost(endpoint.url);
      const sdk = new ApiGatewayManagementApiClient({
        endpoint: endpoint.url,
        region: REGION,
        credentials: CREDENTIALS,
      });
      const command = (ConnectionId: string) => sdk.send(new PostToConnectionCommand({ ConnectionId, Data: FRAME }));
      progress('beside a raw request');
      const subject = (count: number) => each(count, (id) => poster.post(id, FRAME));
      const floor = (count: number) => each(count, (id) => raw(id, FRAME));
      const own = await measurePaired({ subject, floor, rounds, times });
      progress('the SDK beside a raw request');
      const ofSdk = await measurePaired({
        subject: (count) => each(count, command),
        floor,
        rounds,
        times: times / (isQuick ? 8 : 4),
      });
      const reuse = await shareReused(endpoint, subject, times);
      sdk.destroy();
      return {
        findings: [
          {
            what: 'a post, to a raw signed one',
            value: own.ratio,
            unit: '×',
            limit: { most: 1.5 },
            detail: describePaired(own),
          },
          { what: 'connections used again', value: reuse * 100, unit: '%', limit: { least: 99 } },
          {
            what: 'the SDK’s PostToConnection, to a raw signed one',
            value: ofSdk.ratio,
            unit: '×',
            detail: describePaired(ofSdk),
          },
        ],
      };
    } finally {
      process.env = before;
      await endpoint.stop();
    }
  },
};

/** Does a piece of work so many times, {@link AT_ONCE} at a time. */
async function each(count: number, work: (id: string) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(`L0SM9cOFvHcCIh${next % 1000}=`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function shareReused(
  endpoint: ConnectionsEndpoint,
  subject: (count: number) => Promise<void>,
  times: number,
): Promise<number> {
  await endpoint.counts();
  await subject(times);
  const { delivered, opened } = await endpoint.counts();
  if (delivered !== times) throw new Error(`Expected ${times} posts, found ${delivered}`);
  return 1 - opened / delivered;
}

/**
 * A post with nothing around it: one header is signed besides those that must be.
 * Source: AWS General Reference, "Create a signed AWS API request".
 */
function createRawPost(endpoint: string): (connectionId: string, body: string) => Promise<void> {
  const { hostname, port, pathname, host } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let day = '';
  let key = Buffer.alloc(0);
  return (connectionId, body) => {
    const date = new Date().toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
    if (!date.startsWith(day) || day === '') {
      day = date.slice(0, 8);
      const secret = hmac(`AWS4${CREDENTIALS.secretAccessKey}`, day);
      key = hmac(hmac(hmac(secret, REGION), 'execute-api'), 'aws4_request');
    }
    const path = `${pathname}/@connections/${encodeURIComponent(connectionId)}`;
    const hash = sha256(body);
    const canonical = `POST\n${encodeURI(path).replaceAll('@', '%40')}\n\nhost:${host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${hash}`;
    const scope = `${day}/${REGION}/execute-api/aws4_request`;
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
    const headers = { host, 'x-amz-date': date, authorization, 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = request({ method: 'POST', hostname, port, path, agent, headers }, (response) => {
        response.on('end', () => resolve()).resume();
      });
      sent.on('error', reject).end(body);
    });
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer<ArrayBuffer> =>
  Buffer.from(createHmac('sha256', key).update(text).digest());
