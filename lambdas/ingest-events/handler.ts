import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { statusOf, thrownToProblem, toProblem } from '../adapters/api-gateway/problem.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { createEventBridgeBus } from '../adapters/event-bridge-bus.ts';
import { acceptedLines, rejectedLines } from '../adapters/event-lines.ts';
import { createGeneratedDefinitions } from '../adapters/generated-definitions.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createTokenVerifier } from '../adapters/token-verifier.ts';
import { admitRequest } from '../core/admit-request.ts';
import { tokenOf } from '../core/authenticate.ts';
import { readEvents } from '../core/cloudevents-http.ts';
import { type IngestResult, ingest, type RejectedEvent } from '../core/ingest.ts';
import { RateMeter } from '../core/rate-window.ts';
import { CODED_METRICS, COUNTED_METRICS } from '../metrics.ts';

const configuration = readConfiguration(process.env);
const verifier = createTokenVerifier(configuration.issuers());
const meter = new RateMeter();
const ports = {
  definitions: createGeneratedDefinitions(),
  bus: createEventBridgeBus({
    client: new EventBridgeClient({}),
    busNames: configuration.busNames(),
    surroundings: systemSurroundings,
  }),
  surroundings: systemSurroundings,
};
const { logger, begin, count, countCode, refuse, flush } = createTelemetry();

/** `POST /events`: CloudEvents in structured, batched or binary mode. */
export async function handler(
  request: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  begin(context, { apiRequestId: request.requestContext.requestId });
  try {
    const identity = await verifier.verify(tokenOf(request.headers['authorization']));
    admitRequest(identity, meter, systemSurroundings.now());
    const body = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
    const result = await ingest(readEvents({ headers: request.headers, body }), identity, ports);
    watch(result);
    return toAnswer(result);
  } catch (error) {
    refuse(CODED_METRICS.requestsRefused, 'Request', error);
    return thrownToProblem(error);
  } finally {
    flush();
  }
}

function watch({ accepted, rejected }: IngestResult): void {
  count(COUNTED_METRICS.eventsAccepted, accepted.length);
  for (const line of acceptedLines(accepted)) logger.info('Events accepted', { ...line });
  for (const { code } of rejected) countCode(CODED_METRICS.eventsRejected, code);
  for (const line of rejectedLines(rejected)) logger.info('Events rejected', { ...line });
}

function toAnswer({ accepted: events, rejected }: IngestResult): APIGatewayProxyStructuredResultV2 {
  const accepted = events.map(({ id, type }) => ({ id, type }));
  const [first] = rejected;
  if (accepted.length > 0 || first === undefined) {
    return {
      statusCode: 202,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ accepted, rejected: rejected.map(toRejection) }),
    };
  }
  const members = { accepted, rejected: rejected.map(toRejection) };
  if (rejected.every(({ code }) => statusOf(code) === statusOf(first.code))) {
    const detail =
      rejected.length === 1 ? first.detail : `None of ${rejected.length} events is accepted. ${first.detail}`;
    return toProblem({ code: first.code, detail, errors: first.errors, members });
  }
  const detail = `None of ${rejected.length} events is accepted, for several reasons: see "rejected"`;
  return toProblem({ code: 'BATCH_REFUSED', detail, members });
}

const toRejection = ({ index, id, code, detail, errors }: RejectedEvent) => ({
  index,
  id,
  status: statusOf(code),
  code,
  detail,
  errors,
});
