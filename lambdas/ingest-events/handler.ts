import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { isTidingsError } from '@tidings/contracts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { statusOf, thrownToProblem, toProblem } from '../adapters/api-gateway/problem.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { createEventBridgeBus } from '../adapters/event-bridge-bus.ts';
import { createGeneratedDefinitions } from '../adapters/generated-definitions.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createTokenVerifier } from '../adapters/token-verifier.ts';
import { admitRequest } from '../core/admit-request.ts';
import { tokenOf } from '../core/authenticate.ts';
import { readEvents } from '../core/cloudevents-http.ts';
import { type IngestResult, ingest, type RejectedEvent } from '../core/ingest.ts';
import { RateMeter } from '../core/rate-window.ts';

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
const { logger, count, flush } = createTelemetry();

/** `POST /events`: CloudEvents in structured, batched or binary mode. */
export async function handler(request: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const identity = await verifier.verify(tokenOf(request.headers['authorization']));
    admitRequest(identity, meter, systemSurroundings.now());
    const body = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
    const result = await ingest(readEvents({ headers: request.headers, body }), identity, ports);
    count('EventsAccepted', result.accepted.length);
    count('EventsRejected', result.rejected.length);
    return toAnswer(result);
  } catch (error) {
    if (isTidingsError(error)) logger.info('Request refused', { code: error.code });
    else logger.error('Request failed', error as Error);
    return thrownToProblem(error);
  } finally {
    flush();
  }
}

function toAnswer({ accepted, rejected }: IngestResult): APIGatewayProxyStructuredResultV2 {
  const [first] = rejected;
  if (accepted.length > 0 || first === undefined) {
    return {
      statusCode: 202,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ accepted, rejected: rejected.map(toRejection) }),
    };
  }
  logger.info('Events refused', { codes: [...new Set(rejected.map(({ code }) => code))] });
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
