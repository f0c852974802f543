import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyStructuredResultV2, APIGatewayProxyWebsocketEventV2, Context } from 'aws-lambda';
import { thrownToProblem } from '../adapters/api-gateway/problem.ts';
import { createSocketPoster } from '../adapters/api-gateway/socket-poster.ts';
import { fromContext, lowerCase } from '../adapters/api-gateway/socket-request.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { createDynamoDbConnectionRegistry } from '../adapters/dynamodb/connection-registry.ts';
import { createDynamoDbEventLog } from '../adapters/dynamodb/event-log.ts';
import { createDynamoDbSocketSlots } from '../adapters/dynamodb/socket-slots.ts';
import { createDynamoDbSubscriptions } from '../adapters/dynamodb/subscriptions.ts';
import { isBroadcast } from '../adapters/generated-broadcast.ts';
import { systemSurroundings } from '../adapters/surroundings.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createTokenVerifier } from '../adapters/token-verifier.ts';
import { admitSocket, chosenProtocol } from '../core/admit-socket.ts';
import { connect, disconnect, type OpenSocket } from '../core/open-socket.ts';
import { RateMeter } from '../core/rate-window.ts';
import { receive } from '../core/serve-socket.ts';
import { CODED_METRICS, COUNTED_METRICS } from '../metrics.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const admission = {
  allowedOrigins: configuration.allowedOrigins(),
  readScope: configuration.readScope(),
  verifier: createTokenVerifier(configuration.issuers()),
};
const eventLogTable = configuration.text(VARIABLES.eventLogTable);
const client = new DynamoDBClient({});
const { logger, begin, count, countCode, refuse, flush } = createTelemetry();
const poster = createSocketPoster({
  socketEndpoint: configuration.url(VARIABLES.socketEndpoint),
  region: process.env['AWS_REGION'] ?? '',
  onFailure: (connectionId, cause) => logger.warn('Answer failed', { connectionId, error: cause as Error }),
});
const connectionsTable = configuration.text(VARIABLES.connectionsTable);
const ports = {
  ...admission,
  apiUrl: configuration.url(VARIABLES.apiUrl),
  isBroadcast,
  log: createDynamoDbEventLog({
    client,
    tableName: eventLogTable,
    surroundings: systemSurroundings,
    generation: configuration.wholeNumber(VARIABLES.logGeneration),
  }),
  subscriptions: createDynamoDbSubscriptions(client, eventLogTable),
  registry: createDynamoDbConnectionRegistry({
    client,
    tableName: connectionsTable,
    surroundings: systemSurroundings,
  }),
  slots: createDynamoDbSocketSlots({
    client,
    tableName: connectionsTable,
    surroundings: systemSurroundings,
    limits: {
      socketsPerUser: configuration.wholeNumber(VARIABLES.socketsPerUser),
      socketsPerTenant: configuration.wholeNumber(VARIABLES.socketsPerTenant),
    },
  }),
  poster,
  control: poster,
  meter: new RateMeter(),
  surroundings: systemSurroundings,
};

/** What `$connect` has besides the other routes' events. */
type SocketRequest = APIGatewayProxyWebsocketEventV2 & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
};

/** All routes of the WebSocket API. */
export async function handler(request: SocketRequest, context: Context): Promise<APIGatewayProxyStructuredResultV2> {
  const { eventType, connectionId, connectedAt, requestId } = request.requestContext;
  const authorizer: unknown = 'authorizer' in request.requestContext ? request.requestContext.authorizer : undefined;
  const socket = { connectionId, connectedAt: new Date(connectedAt), recipient: fromContext(authorizer) };
  const tenant = socket.recipient?.tenant;
  begin(context, { connectionId, apiRequestId: requestId, ...(tenant !== undefined && { tenant }) });
  try {
    if (eventType === 'CONNECT') return await open(socket, request);
    if (eventType === 'DISCONNECT') await close(socket, request);
    else await serve(socket, request.body ?? '');
    return { statusCode: 200 };
  } catch (error) {
    if (eventType === 'CONNECT') refuse(CODED_METRICS.socketsRefused, 'Socket', error);
    else refuse(CODED_METRICS.socketErrors, 'Message', error);
    return thrownToProblem(error);
  } finally {
    flush();
  }
}

/** Lets a socket in. Should no authorizer stand before this function, it checks the token itself: nobody is waved through. */
async function open(socket: OpenSocket, request: SocketRequest): Promise<APIGatewayProxyStructuredResultV2> {
  const handshake = { headers: lowerCase(request.headers) };
  const recipient = socket.recipient ?? (await admitSocket(handshake, admission));
  await connect({ ...socket, recipient }, request.queryStringParameters?.['types'], ports);
  count(COUNTED_METRICS.socketsConnected, 1);
  logger.info('Socket opened', { tenant: recipient.tenant });
  const protocol = chosenProtocol(handshake);
  return { statusCode: 200, ...(protocol !== undefined && { headers: { 'Sec-WebSocket-Protocol': protocol } }) };
}

/** The code that it was closed with is logged; the reason beside it is the client's own text. */
async function close(socket: OpenSocket, request: SocketRequest): Promise<void> {
  count(COUNTED_METRICS.socketsClosed, 1);
  const { requestContext } = request;
  const closeCode = 'disconnectStatusCode' in requestContext ? requestContext.disconnectStatusCode : undefined;
  logger.info('Socket closed', { closeCode: typeof closeCode === 'number' ? closeCode : undefined });
  await disconnect(socket, ports);
}

async function serve(socket: OpenSocket, text: string): Promise<void> {
  count(COUNTED_METRICS.socketMessages, 1);
  const code = await receive(socket, text, ports);
  if (code === undefined) return;
  countCode(CODED_METRICS.socketErrors, code);
  logger.info('Message refused', { code });
}
