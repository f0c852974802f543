import { createHash, randomUUID } from 'node:crypto';

/** A request as API Gateway hands it to a function. */
export const ingestRequest = (token: string, body: string) => ({
  version: '2.0',
  routeKey: 'POST /events',
  rawPath: '/events',
  rawQueryString: '',
  headers: {
    authorization: `Bearer ${token}`,
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/cloudevents-batch+json',
    host: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
  },
  requestContext: { requestId: 'JKJaXmPLvHcESHA=' },
  body,
  isBase64Encoded: false,
});

/** What the rule of a bus makes of its entries, as Lambda takes it from the queue. */
export const intakeBatch = (entries: readonly { readonly Detail: string }[]) => ({
  Records: entries.map(({ Detail }) => {
    const detail = JSON.parse(Detail) as { type: string; source: string; time: string };
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': detail.type,
      source: detail.source,
      account: '333333333333',
      time: detail.time,
      region: 'us-east-1',
      resources: [],
      detail,
    };
    const module = detail.type.slice(0, detail.type.indexOf('.'));
    return recordOf(JSON.stringify({ module, event }), {});
  }),
});

/** Rings as Lambda takes them from the doorbell. */
export const ringBatch = (bodies: readonly string[]) => ({
  Records: bodies.map((body) => recordOf(body, { MessageGroupId: createHash('sha256').update(body).digest('hex') })),
});

const recordOf = (body: string, attributes: Readonly<Record<string, string>>) => ({
  messageId: randomUUID(),
  receiptHandle: randomUUID(),
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()), ...attributes },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:333333333333:tidings-prod',
  awsRegion: 'us-east-1',
});
