import { Agent } from 'node:http';
import aws from 'aws-sdk';
import { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { makeServer, subscribe } from 'graphql-lambda-subscriptions';

/**
 * The package as its README sets it up: one topic, and a filter of each subscription by its arguments. Its client of
 * `@connections` is given to it, because it would make one for each post, and keeps its sockets, which is the better for it.
 */

const httpOptions = { agent: new Agent({ keepAlive: true, maxSockets: 128 }) };

interface Payload {
  readonly payload: { readonly json: string };
}

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { version: { type: GraphQLString } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      event: {
        type: GraphQLString,
        args: { tenantid: { type: new GraphQLNonNull(GraphQLString) } },
        resolve: ({ payload }: Payload) => payload.json,
        subscribe: subscribe('EVENTS', {
          filter: (_root: unknown, { tenantid }: { tenantid?: string }) => ({ tenantid }),
        }),
      },
    },
  }),
});

const server = makeServer({
  schema,
  dynamodb: new aws.DynamoDB({ endpoint: process.env['AWS_ENDPOINT_URL'] ?? '', httpOptions }),
  apiGatewayManagementApi: new aws.ApiGatewayManagementApi({
    endpoint: process.env['SOCKET_ENDPOINT'] ?? '',
    httpOptions,
  }),
});

/** An event to publish, or one of API Gateway, such as of a client that subscribes. */
type Incoming = { readonly tenantid: string; readonly json: string } | { readonly requestContext: object };

export async function handler(event: Incoming): Promise<unknown> {
  if ('requestContext' in event) return await server.webSocketHandler(event as never);
  try {
    await server.publish({ topic: 'EVENTS', payload: event });
    return { failed: 0 };
  } catch (error) {
    // A connection that is gone is an error of the whole publish, which says of one of them only.
    if ((error as { statusCode?: number }).statusCode === 410) return { failed: 1 };
    throw error;
  }
}
