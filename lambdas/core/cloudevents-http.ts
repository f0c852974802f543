import { LIMITS, parseJson, TidingsError } from '@tidings/contracts';
import { inheritTrace } from './trace-context.ts';

/** A request in one of the three modes of the CloudEvents HTTP binding. */
export interface EventsRequest {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';
const BINARY_PREFIX = 'ce-';

/**
 * The events that a request carries, each still an unknown JSON value.
 *
 * Source: CloudEvents HTTP protocol binding 1.0.2. The content type decides between structured and batched mode;
 * any JSON media type with `ce-` headers is binary mode, where the body is the data. An event without a trace of its own
 * gets that of the request: its `traceparent` header.
 *
 * @throws TidingsError CONTENT_TYPE_UNSUPPORTED, BODY_NOT_JSON, JSON_TOO_DEEP, JSON_KEY_REFUSED,
 * JSON_NUMBER_REFUSED, EVENT_MALFORMED,
 * BATCH_EMPTY, BATCH_TOO_LARGE
 */
export function readEvents(request: EventsRequest): readonly unknown[] {
  return readMode(request).map((candidate) => inheritTrace(candidate, request.headers));
}

function readMode({ headers, body }: EventsRequest): readonly unknown[] {
  if (body.byteLength > LIMITS.batchBytes) {
    throw new TidingsError(
      'BATCH_TOO_LARGE',
      `Expected a body of at most ${LIMITS.batchBytes} bytes, found ${body.byteLength}`,
    );
  }
  const contentType = headers['content-type'] ?? '';
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isUtf8 = /;\s*charset\s*=\s*"?(?!utf-?8\b)[^\s;"]+/i.exec(contentType) === null;
  if (mediaType === STRUCTURED && isUtf8) return [parseBody(body)];
  if (mediaType === BATCHED && isUtf8) return readBatch(parseBody(body));
  if (headers['ce-specversion'] !== undefined && isUtf8 && isJson(mediaType)) return [readBinary(headers, body)];
  throw new TidingsError(
    'CONTENT_TYPE_UNSUPPORTED',
    `Expected ${STRUCTURED}, ${BATCHED}, or application/json with ce- headers (all in UTF-8); found ${
      contentType === '' ? 'no content type' : JSON.stringify(contentType.slice(0, 200))
    }`,
  );
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

const isJson = (mediaType: string): boolean =>
  mediaType === 'application/json' || /^application\/[^/]+\+json$/.test(mediaType);

function parseBody(body: Uint8Array): unknown {
  let text: string;
  try {
    text = UTF_8.decode(body);
  } catch (cause) {
    throw new TidingsError('BODY_NOT_JSON', 'Expected JSON in UTF-8; the body is no valid UTF-8', { cause });
  }
  if (text.trim() === '') throw new TidingsError('BODY_NOT_JSON', 'Expected JSON, found an empty body');
  return parseJson(text, { exactNumbers: true });
}

function readBatch(batch: unknown): readonly unknown[] {
  if (!Array.isArray(batch)) {
    throw new TidingsError('EVENT_MALFORMED', `Expected a JSON array of CloudEvents with ${BATCHED}; found no array`);
  }
  if (batch.length === 0) throw new TidingsError('BATCH_EMPTY', 'Expected at least one event, found an empty batch');
  if (batch.length > LIMITS.batchEvents) {
    throw new TidingsError(
      'BATCH_TOO_LARGE',
      `Expected at most ${LIMITS.batchEvents} events in a batch, found ${batch.length}`,
    );
  }
  return batch;
}

function readBinary(headers: EventsRequest['headers'], body: Uint8Array): Readonly<Record<string, unknown>> {
  const event: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(BINARY_PREFIX) && value !== undefined) {
      event[name.slice(BINARY_PREFIX.length)] = decodeHeader(name, value);
    }
  }
  event['datacontenttype'] = headers['content-type'];
  event['data'] = parseBody(body);
  return event;
}

/**
 * Header values carry characters outside of ASCII percent-encoded; older senders put them in double quotes.
 * Source: HTTP protocol binding, section 3.1.3.2.
 */
function decodeHeader(name: string, value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  try {
    return decodeURIComponent(quoted?.replaceAll(/\\(.)/g, '$1') ?? value);
  } catch (cause) {
    const message = 'expected UTF-8 in percent-encoding, found a broken sequence';
    throw new TidingsError('EVENT_MALFORMED', `The header ${name} cannot be read: ${message}`, {
      cause,
      errors: [{ path: `/${name.slice(BINARY_PREFIX.length)}`, message }],
    });
  }
}
