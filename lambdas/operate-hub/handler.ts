import { createHash } from 'node:crypto';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { OPERATIONS_SCOPES, parseJson, TidingsError } from '@tidings/contracts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { toAnswer } from '../adapters/api-gateway/answer.ts';
import { thrownToProblem } from '../adapters/api-gateway/problem.ts';
import { createCloudWatchMetricReader } from '../adapters/cloudwatch/metric-reader.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { createDynamoDbEventLog } from '../adapters/dynamodb/event-log.ts';
import { createDynamoDbSocketCount } from '../adapters/dynamodb/socket-count.ts';
import { createSqsMessageQueues } from '../adapters/sqs/message-queues.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createTokenVerifier } from '../adapters/token-verifier.ts';
import { admitRequest } from '../core/admit-request.ts';
import { assertScope, tokenOf } from '../core/authenticate.ts';
import type { Identity } from '../core/identity.ts';
import { hubHealth } from '../core/operations/hub-health.ts';
import { hubMetrics } from '../core/operations/hub-metrics.ts';
import { listLetters, redriveLetters } from '../core/operations/letters.ts';
import { parseLettersQuery, parseMetricsQuery, parseNoQuery, parseRedrive } from '../core/operations/requests.ts';
import { RateMeter } from '../core/rate-window.ts';
import { CODED_METRICS } from '../metrics.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const verifier = createTokenVerifier(configuration.issuers());
const meter = new RateMeter();
const dynamoDb = new DynamoDBClient({});
const surroundings = systemSurroundings;
const ports = {
  log: createDynamoDbEventLog({
    client: dynamoDb,
    tableName: configuration.text(VARIABLES.eventLogTable),
    surroundings,
    generation: configuration.wholeNumber(VARIABLES.logGeneration),
  }),
  sockets: createDynamoDbSocketCount({
    client: dynamoDb,
    tableName: configuration.text(VARIABLES.connectionsTable),
    surroundings,
  }),
  queues: createSqsMessageQueues(new SQSClient({})),
  urls: {
    intake: configuration.text(VARIABLES.intakeQueueUrl),
    doorbell: configuration.text(VARIABLES.doorbellQueueUrl),
    intakeDeadLetters: configuration.text(VARIABLES.intakeDeadLettersUrl),
    intakeUndeliverable: configuration.text(VARIABLES.intakeUndeliverableUrl),
    doorbellDeadLetters: configuration.text(VARIABLES.doorbellDeadLettersUrl),
  },
  buses: configuration.busNames(),
  surroundings,
  fingerprintOf: (body: string) => createHash('sha256').update(body).digest('base64'),
};
const metrics = createCloudWatchMetricReader(new CloudWatchClient({}), configuration.text(VARIABLES.metricsNamespace));
const { logger, begin, refuse, flush } = createTelemetry();

/** Milliseconds that are left for giving back what is held and for the answer. */
const RESERVE_MILLISECONDS = 6000;
/** Milliseconds after which a list is answered with what it has: somebody waits for it. */
const LIST_MILLISECONDS = 8000;

interface Call {
  readonly identity: Identity;
  readonly request: APIGatewayProxyEventV2;
  readonly query: URLSearchParams;
  /** When what takes long has to stop. */
  readonly until: Date;
}

/** The routes of operators, by API Gateway's name for them. */
const ROUTES: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
  'GET /operations/health'({ identity, query }) {
    assertScope(identity, OPERATIONS_SCOPES.read);
    parseNoQuery(query);
    return hubHealth(identity.tenant, ports);
  },

  'GET /operations/metrics'({ identity, query }) {
    assertScope(identity, OPERATIONS_SCOPES.read);
    return hubMetrics(parseMetricsQuery(query).minutes, surroundings.now(), metrics);
  },

  'GET /operations/dead-letters'({ identity, query, until }) {
    assertScope(identity, OPERATIONS_SCOPES.read);
    const soon = new Date(Math.min(until.getTime(), surroundings.now().getTime() + LIST_MILLISECONDS));
    return listLetters(parseLettersQuery(query), { tenant: identity.tenant, until: soon }, ports);
  },

  async 'POST /operations/dead-letters/redrive'({ identity, request, query, until }) {
    assertScope(identity, OPERATIONS_SCOPES.write);
    parseNoQuery(query);
    const { tenant } = identity;
    const redrive = parseRedrive(bodyOf(request));
    const answer = await redriveLetters(redrive, { tenant, until }, ports);
    const { redriven, left } = answer;
    logger.info('Letters redriven', { queue: redrive.queue, tenant: tenant ?? 'any', redriven, left });
    return answer;
  },
};

/** What operators see of a hub, and how they send dead letters back. */
export async function handler(
  request: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  begin(context, { apiRequestId: request.requestContext.requestId });
  try {
    const identity = await verifier.verify(tokenOf(request.headers['authorization']));
    const now = surroundings.now();
    admitRequest(identity, meter, now);
    const serve = Object.hasOwn(ROUTES, request.routeKey) ? ROUTES[request.routeKey] : undefined;
    if (serve === undefined) throw new TidingsError('ROUTE_NOT_FOUND', `There is no ${request.routeKey}`);
    const until = new Date(now.getTime() + context.getRemainingTimeInMillis() - RESERVE_MILLISECONDS);
    const query = new URLSearchParams(request.rawQueryString);
    return toAnswer(JSON.stringify(await serve({ identity, request, query, until })));
  } catch (error) {
    refuse(CODED_METRICS.requestsRefused, 'Request', error);
    return thrownToProblem(error);
  } finally {
    flush();
  }
}

const bodyOf = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown =>
  parseJson(Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString('utf8'));
