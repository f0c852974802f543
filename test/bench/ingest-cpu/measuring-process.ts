import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { validators } from '@tidings/contracts/gen/validators.js';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handler } from '../../../lambdas/ingest-events/handler.ts';
import type { SentEvent } from '../../acceptance/events.ts';
import { cpuMicroseconds, measurePaired } from '../measure.ts';
import type { IngestMeasurement, IngestTask } from './task.ts';

/** Takes turns with the handler and its floor; see ingest-cpu.ts. Its standard output is /dev/null. */

const client = new EventBridgeClient({});

process.on('message', (task: IngestTask) => {
  measure(task).then(
    (measurement) => process.send?.(measurement),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());

async function measure({
  tokens,
  body,
  contentType,
  publicKey,
  rounds,
  times,
  warmUp,
}: IngestTask): Promise<IngestMeasurement> {
  let turn = 0;
  const nextToken = (): string => {
    turn += 1;
    return tokens[turn % tokens.length] ?? '';
  };

  const ingest = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) {
      const answer = await handler(requestOf(nextToken(), contentType, body), contextOf());
      if (answer.statusCode !== 202) throw new Error(`The handler answered ${answer.statusCode} ${answer.body}`);
    }
  };

  const key = createPublicKey(publicKey);
  const verifyToken = (): void => {
    const [header, payload, signature = ''] = nextToken().split('.');
    if (!verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))) {
      throw new Error('Expected a token whose signature is right');
    }
  };
  const parse = (): readonly SentEvent[] => [JSON.parse(body)].flat() as readonly SentEvent[];
  const validate = (events: readonly SentEvent[]): void => {
    for (const { type, data } of events) if (!validators[type]?.(data)) throw new Error('Expected data that is valid');
  };
  const entries = parse().map((event) => ({
    EventBusName: 'bench-bank',
    Source: event.source,
    DetailType: event.type,
    Detail: JSON.stringify(event),
    Time: new Date(event.time),
  }));
  const put = async (): Promise<void> => {
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: entries }));
    if (FailedEntryCount !== 0) throw new Error('Expected every entry to be taken');
  };
  const floor = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) {
      verifyToken();
      validate(parse());
      await put();
    }
  };

  await floor(warmUp);
  await ingest(warmUp);
  const paired = await measurePaired({ subject: ingest, floor, rounds, times });
  const events = parse();
  const parts = {
    'RS256 verify': await cpuOf(verifyToken),
    'JSON.parse': await cpuOf(parse),
    validation: await cpuOf(() => validate(events)),
    PutEvents: await cpuOf(put),
  };
  return { paired, parts };
}

async function cpuOf(work: () => unknown, times = 500): Promise<number> {
  const before = cpuMicroseconds();
  for (let done = 0; done < times; done += 1) await work();
  return (cpuMicroseconds() - before) / times;
}

/** A request as API Gateway hands it to a function. */
function requestOf(token: string, contentType: string, body: string): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'POST /events',
    rawPath: '/events',
    rawQueryString: '',
    headers: {
      accept: '*/*',
      authorization: `Bearer ${token}`,
      'content-length': String(Buffer.byteLength(body)),
      'content-type': contentType,
      host: 'example.execute-api.us-east-1.amazonaws.com',
      'user-agent': 'bench',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: { requestId: randomUUID() } as APIGatewayProxyEventV2['requestContext'],
    body,
    isBase64Encoded: false,
  };
}

const contextOf = (): Context => ({ awsRequestId: randomUUID() }) as Context;
