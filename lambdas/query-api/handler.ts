import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { compileFilter, isTidingsError, LIMITS } from '@tidings/contracts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
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
import { parsePageQuery } from '../core/page-query.ts';
import { RateMeter } from '../core/rate-window.ts';
import { readEvent } from '../core/read-event.ts';
import { readPage } from '../core/read-page.ts';
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
const { logger } = createTelemetry();

/** `GET /events` and `GET /events/{id}`. */
export async function handler(request: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const identity = await verifier.verify(tokenOf(request.headers['authorization']));
    admitRequest(identity, meter, systemSurroundings.now());
    assertScope(identity, readScope);
    const recipient = asRecipient(identity, readScope);
    const id = request.pathParameters?.['id'];
    if (id !== undefined) {
      return toAnswer(await readEvent(recipient, idOfPathParameter(id), log), 'application/cloudevents+json');
    }
    const { start, limit, filter } = parsePageQuery(new URLSearchParams(request.rawQueryString));
    const wants = compileFilter(filter);
    return toPageAnswer(await readPage(recipient, { start, wants, limit, bytes: LIMITS.pageBytes }, log));
  } catch (error) {
    if (isTidingsError(error)) logger.info('Request refused', { code: error.code });
    else logger.error('Request failed', error as Error);
    return thrownToProblem(error);
  }
}
