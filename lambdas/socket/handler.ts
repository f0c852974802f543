import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isTidingsError } from '@tidings/contracts';
import type { APIGatewayProxyStructuredResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
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
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const admission = {
  allowedOrigins: configuration.allowedOrigins(),
  readScope: configuration.readScope(),
  verifier: createTokenVerifier(configuration.issuers()),
};
const eventLogTable = configuration.text(VARIABLES.eventLogTable);
const client = new DynamoDBClient({});
const { logger, flush } = createTelemetry();
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
export async function handler(request: SocketRequest): Promise<APIGatewayProxyStructuredResultV2> {
  const { eventType, connectionId, connectedAt } = request.requestContext;
  const authorizer: unknown = 'authorizer' in request.requestContext ? request.requestContext.authorizer : undefined;
  const socket = { connectionId, connectedAt: new Date(connectedAt), recipient: fromContext(authorizer) };
  try {
    if (eventType === 'CONNECT') return await open(socket, request);
    if (eventType === 'DISCONNECT') await disconnect(socket, ports);
    else await receive(socket, request.body ?? '', ports);
    return { statusCode: 200 };
  } catch (error) {
    if (isTidingsError(error)) logger.info('Socket refused', { code: error.code });
    else logger.error('Socket request failed', error as Error);
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
  const protocol = chosenProtocol(handshake);
  return { statusCode: 200, ...(protocol !== undefined && { headers: { 'Sec-WebSocket-Protocol': protocol } }) };
}
