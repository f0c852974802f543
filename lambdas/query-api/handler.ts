import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { compileFilter, LIMITS } from '@tidings/contracts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { toAnswer, toPageAnswer } from '../adapters/api-gateway/answer.ts';
import { thrownToProblem } from '../adapters/api-gateway/problem.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { createDynamoDbEventLog } from '../adapters/dynamodb/event-log.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createTokenVerifier } from '../adapters/token-verifier.ts';
import { admitRequest } from '../core/admit-request.ts';
import { asRecipient, assertScope, tokenOf } from '../core/authenticate.ts';
import { idOfPathParameter } from '../core/event-path.ts';
import { sequenceSince } from '../core/find-since.ts';
import { parsePageQuery } from '../core/page-query.ts';
import { RateMeter } from '../core/rate-window.ts';
import { readEvent } from '../core/read-event.ts';
import { readPage } from '../core/read-page.ts';
import { CODED_METRICS, COUNTED_METRICS } from '../metrics.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const verifier = createTokenVerifier(configuration.issuers());
const meter = new RateMeter();
const readScope = configuration.readScope();
const log = createDynamoDbEventLog({
  client: new DynamoDBClient({}),
  tableName: configuration.text(VARIABLES.eventLogTable),
  surroundings: systemSurroundings,
  generation: configuration.wholeNumber(VARIABLES.logGeneration),
});
const { begin, count, refuse, flush } = createTelemetry();

/** `GET /events` and `GET /events/{id}`. */
export async function handler(
  request: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  begin(context, { apiRequestId: request.requestContext.requestId });
  try {
    const identity = await verifier.verify(tokenOf(request.headers['authorization']));
    admitRequest(identity, meter, systemSurroundings.now());
    assertScope(identity, readScope);
    const recipient = asRecipient(identity, readScope);
    const id = request.pathParameters?.['id'];
    if (id !== undefined) {
      const event = await readEvent(recipient, idOfPathParameter(id), log);
      countRead(1);
      return toAnswer(event, 'application/cloudevents+json');
    }
    const { start, limit, filter } = parsePageQuery(new URLSearchParams(request.rawQueryString));
    const wants = compileFilter(filter);
    const place =
      typeof start === 'object' && 'since' in start ? await sequenceSince(recipient.tenant, start.since, log) : start;
    const page = await readPage(recipient, { start: place, wants, limit, bytes: LIMITS.pageBytes }, log);
    countRead(page.kind === 'reset' ? 0 : page.events.length);
    return toPageAnswer(page);
  } catch (error) {
    refuse(CODED_METRICS.requestsRefused, 'Request', error);
    return thrownToProblem(error);
  } finally {
    flush();
  }
}

function countRead(events: number): void {
  count(COUNTED_METRICS.reads, 1);
  count(COUNTED_METRICS.eventsRead, events);
}
