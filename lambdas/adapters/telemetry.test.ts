import { TidingsError } from '@tidings/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CODED_METRICS, COUNTED_METRICS, MEASURED_METRICS } from '../metrics.ts';
import { createTelemetry } from './telemetry.ts';

type Line = Readonly<Record<string, unknown>>;

const SECRET = 'eyJhbGciOiJSUzI1NiJ9.SECRET.SECRET';
const context = { awsRequestId: 'invocation-1' };
let text = '';

beforeEach(() => {
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'store-events');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'tidings-test');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
  text = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const lines = (): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
const metrics = (): readonly Line[] => lines().filter((line) => '_aws' in line);

describe('metrics', () => {
  it('are one line for an invocation, nought included, and begin again with the next', () => {
    const { begin, count, measure, flush } = createTelemetry();
    begin(context);
    count(COUNTED_METRICS.eventsStored, 2);
    count(COUNTED_METRICS.eventsStored, 1);
    count(COUNTED_METRICS.eventsDuplicate, 0);
    for (const value of [5, 7]) measure(MEASURED_METRICS.publishToRecord, value);
    flush();
    flush();
    expect(metrics()).toMatchObject([
      { service: 'store-events', EventsStored: 3, EventsDuplicate: 0, PublishToRecordMilliseconds: [5, 7] },
    ]);
    expect(metrics()[0]?.['_aws']).toMatchObject({
      CloudWatchMetrics: [{ Namespace: 'tidings-test', Dimensions: [['service']] }],
    });
  });

  it('with a code are there as a whole, and by code under a dimension of its own', () => {
    const { countCode, flush } = createTelemetry();
    for (const code of ['RATE_LIMITED', 'RATE_LIMITED', 'TOKEN_EXPIRED'] as const) {
      countCode(CODED_METRICS.requestsRefused, code);
    }
    flush();
    expect(metrics().map(({ code, RequestsRefused }) => [code, RequestsRefused])).toEqual([
      [undefined, 3],
      ['RATE_LIMITED', 2],
      ['TOKEN_EXPIRED', 1],
    ]);
  });
});

describe('logs', () => {
  it('name the invocation in each line until the next begins', () => {
    const { begin, logger } = createTelemetry();
    begin(context, { connectionId: 'c1' });
    logger.info('One', { tenant: 'acme' });
    begin({ awsRequestId: 'invocation-2' });
    logger.info('Two');
    const [one, two] = lines().filter(({ message }) => message === 'One' || message === 'Two');
    expect(one).toMatchObject({
      level: 'INFO',
      service: 'store-events',
      requestId: 'invocation-1',
      connectionId: 'c1',
      tenant: 'acme',
    });
    expect(two).toMatchObject({ requestId: 'invocation-2' });
    expect(two).not.toHaveProperty('connectionId');
  });

  it.each([
    ['name the trace of X-Ray where it keeps one', '1', '1-5759e988-bd862e3fe1be46a994272793'],
    ['leave out the trace of X-Ray where it keeps none', '0', undefined],
  ])('%s', (_, sampled, expected) => {
    vi.stubEnv('_X_AMZN_TRACE_ID', `Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=${sampled}`);
    createTelemetry().logger.info('Taken');
    expect(lines()[0]?.['xray_trace_id']).toBe(expected);
  });

  it('say the code of a refusal, and not what was refused', () => {
    const { refuse } = createTelemetry();
    refuse(CODED_METRICS.requestsRefused, 'Request', new TidingsError('TOKEN_EXPIRED', `found ${SECRET}`));
    expect(lines()).toMatchObject([{ level: 'INFO', message: 'Request refused', code: 'TOKEN_EXPIRED' }]);
    expect(text).not.toContain('SECRET');
  });

  it.each([
    [
      'one of ours, that quotes',
      new TidingsError('EVENT_DATA_INVALID', `found ${SECRET}`, {
        errors: [{ path: '/data', message: SECRET }],
      }),
    ],
    ['of JSON, that quotes its text', failureOf(() => JSON.parse(`{"token": ${SECRET}`))],
    ['of an HTTP client, with its request', Object.assign(new Error('No answer'), { request: { headers: SECRET } })],
    ['with such a cause', new Error('Outer', { cause: failureOf(() => JSON.parse(SECRET)) })],
    ['that is none', SECRET],
  ])('hold nothing of what was sent, of an error %s', (_, error) => {
    const { logger } = createTelemetry();
    logger.error('Failed', { error: error as Error });
    logger.error('Failed', error as Error);
    expect(lines()).toHaveLength(2);
    expect(text).not.toContain('SECRET');
  });

  it('say what a fault of ours was, and where', () => {
    const { refuse } = createTelemetry();
    refuse(CODED_METRICS.requestsRefused, 'Request', new Error('The table is not there'));
    expect(lines()).toMatchObject([
      { level: 'ERROR', message: 'Request failed', error: { name: 'Error', message: 'The table is not there' } },
    ]);
    expect(text).toContain('telemetry.test.ts');
  });
});

function failureOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
