import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  compileFilter,
  LIMITS,
  parseAcknowledgement,
  parseJson,
  parseNewSubscription,
  parseSubscriptionChange,
  type SubscriptionName,
  TidingsError,
} from '@tidings/contracts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { toAnswer, toPageAnswer } from '../adapters/api-gateway/answer.ts';
import { thrownToProblem } from '../adapters/api-gateway/problem.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { createDynamoDbEventLog } from '../adapters/dynamodb/event-log.ts';
import { createDynamoDbSubscriptions } from '../adapters/dynamodb/subscriptions.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createTokenVerifier } from '../adapters/token-verifier.ts';
import { acknowledge } from '../core/acknowledge.ts';
import { admitRequest } from '../core/admit-request.ts';
import { asRecipient, assertScope, tokenOf } from '../core/authenticate.ts';
import { nameOfPathParameter } from '../core/event-path.ts';
import type { Identity } from '../core/identity.ts';
import { changeSubscription, createSubscription, deleteSubscription } from '../core/manage-subscriptions.ts';
import { parseLimit } from '../core/page-query.ts';
import { RateMeter } from '../core/rate-window.ts';
import { readPage } from '../core/read-page.ts';
import { requireStanding, requireSubscription } from '../core/require-subscription.ts';
import { CODED_METRICS, COUNTED_METRICS } from '../metrics.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const verifier = createTokenVerifier(configuration.issuers());
const meter = new RateMeter();
const readScope = configuration.readScope();
const client = new DynamoDBClient({});
const tableName = configuration.text(VARIABLES.eventLogTable);
const ports = {
  log: createDynamoDbEventLog({
    client,
    tableName,
    surroundings: systemSurroundings,
    generation: configuration.wholeNumber(VARIABLES.logGeneration),
  }),
  subscriptions: createDynamoDbSubscriptions(client, tableName),
  surroundings: systemSurroundings,
};
const { begin, count, refuse, flush } = createTelemetry();

/** The scope of who may create, change and delete subscriptions. Consuming takes the scope for reading. */
const MANAGE_SCOPE = 'subscriptions:write';

interface Call {
  readonly identity: Identity;
  readonly request: APIGatewayProxyEventV2;
}

/** The routes of durable subscriptions, by API Gateway's name for them. */
const ROUTES: Readonly<Record<string, (call: Call) => Promise<APIGatewayProxyStructuredResultV2>>> = {
  async 'POST /subscriptions'({ identity, request }) {
    const created = await createSubscription(manager(identity), parseNewSubscription(bodyOf(request)), ports);
    return toAnswer(JSON.stringify(created), undefined, 201);
  },

  async 'GET /subscriptions'({ identity }) {
    return toAnswer(JSON.stringify({ subscriptions: await ports.subscriptions.list(reader(identity).tenant) }));
  },

  async 'GET /subscriptions/{name}'({ identity, request }) {
    return toAnswer(JSON.stringify(await requireSubscription(reader(identity).tenant, nameIn(request), ports)));
  },

  async 'PATCH /subscriptions/{name}'({ identity, request }) {
    const change = parseSubscriptionChange(bodyOf(request));
    return toAnswer(JSON.stringify(await changeSubscription(manager(identity), nameIn(request), change, ports)));
  },

  async 'DELETE /subscriptions/{name}'({ identity, request }) {
    await deleteSubscription(manager(identity), nameIn(request), ports);
    return { statusCode: 204, headers: { 'cache-control': 'no-store' } };
  },

  async 'GET /subscriptions/{name}/events'({ identity, request }) {
    const recipient = reader(identity);
    const limit = parseLimit(new URLSearchParams(request.rawQueryString));
    const { subscription, head } = await requireStanding(recipient.tenant, nameIn(request), ports);
    const { cursor, filter } = subscription;
    const page = { start: cursor, head, wants: compileFilter(filter), limit, bytes: LIMITS.pageBytes };
    const read = await readPage(recipient, page, ports.log);
    count(COUNTED_METRICS.reads, 1);
    count(COUNTED_METRICS.eventsRead, read.kind === 'reset' ? 0 : read.events.length);
    return toPageAnswer(read, cursor);
  },

  async 'POST /subscriptions/{name}/ack'({ identity, request }) {
    const acknowledgement = parseAcknowledgement(bodyOf(request));
    const cursor = await acknowledge(reader(identity).tenant, nameIn(request), acknowledgement, ports);
    return toAnswer(JSON.stringify({ cursor }));
  },
};

/** Durable subscriptions: managing them, and consuming by pull. */
export async function handler(
  request: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  begin(context, { apiRequestId: request.requestContext.requestId });
  try {
    const identity = await verifier.verify(tokenOf(request.headers['authorization']));
    admitRequest(identity, meter, systemSurroundings.now());
    const serve = Object.hasOwn(ROUTES, request.routeKey) ? ROUTES[request.routeKey] : undefined;
    if (serve === undefined) throw new TidingsError('ROUTE_NOT_FOUND', `There is no ${request.routeKey}`);
    return await serve({ identity, request });
  } catch (error) {
    refuse(CODED_METRICS.requestsRefused, 'Request', error);
    return thrownToProblem(error);
  } finally {
    flush();
  }
}

function manager(identity: Identity) {
  assertScope(identity, MANAGE_SCOPE);
  return asRecipient(identity, readScope).tenant;
}

function reader(identity: Identity) {
  assertScope(identity, readScope);
  return asRecipient(identity, readScope);
}

const bodyOf = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown =>
  parseJson(Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString('utf8'));

const nameIn = ({ pathParameters }: APIGatewayProxyEventV2): SubscriptionName =>
  nameOfPathParameter(pathParameters?.['name']);
