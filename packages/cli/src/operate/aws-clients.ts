import { ApiGatewayManagementApiClient, DeleteConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { isLoopback } from '../target.ts';
import type { Aws, Sockets } from './aws.ts';
import { toFailure } from './aws-failure.ts';
import { createQueues } from './aws-queues.ts';
import { createTables } from './aws-tables.ts';
import type { Deployment } from './deployment.ts';

/** Tries of a request, the first included: a repair should outlast a moment of throttling. */
const MAX_ATTEMPTS = 6;

/** Carries out one request; what goes wrong becomes a failure that names action and resource. */
export type Ask = <Output>(action: string, resource: string, request: () => Promise<Output>) => Promise<Output>;

/** The clients of the SDK behind the ports. In a module of its own, because it is loaded only when it is needed. */
export function createAws(deployment: Deployment): Aws {
  const { endpoint, region, connectionsUrl } = deployment;
  const place = endpoint ?? region;
  const ask: Ask = async (action, resource, request) => {
    try {
      return await request();
    } catch (error) {
      throw toFailure(error, { action, resource, place });
    }
  };
  const shared = { region, maxAttempts: MAX_ATTEMPTS, ...credentialsFor(endpoint) };
  const options = { ...shared, ...(endpoint !== undefined && { endpoint }) };
  return {
    queues: createQueues(new SQSClient(options), ask),
    tables: createTables(new DynamoDBClient(options), ask),
    sockets: createSockets(new ApiGatewayManagementApiClient({ ...shared, endpoint: connectionsUrl }), ask),
  };
}

function createSockets(client: ApiGatewayManagementApiClient, ask: Ask): Sockets {
  return {
    close: (ConnectionId) =>
      ask('execute-api:ManageConnections', 'the WebSocket API', async () => {
        try {
          await client.send(new DeleteConnectionCommand({ ConnectionId }));
          return true;
        } catch (error) {
          if (error instanceof Error && error.name === 'GoneException') return false;
          throw error;
        }
      }),
  };
}

/**
 * An endpoint on this machine looks at no identity. Whoever tries the sandbox needs no account, and its requests are
 * signed with nobody's keys unless some are named.
 */
function credentialsFor(endpoint: string | undefined) {
  const { AWS_ACCESS_KEY_ID, AWS_PROFILE } = process.env;
  const isNamed = [AWS_ACCESS_KEY_ID, AWS_PROFILE].some((value) => value !== undefined && value !== '');
  if (endpoint === undefined || isNamed || !isLoopback(new URL(endpoint).hostname)) return {};
  return { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}
