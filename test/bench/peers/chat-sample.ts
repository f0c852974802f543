import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';

/**
 * The approach of AWS's sample of a chat, in lines of our own: read the whole table of connections, post to all of them at
 * once, and forget those that are gone. It knows of no tenants, and reads one page.
 * Source: github.com/aws-samples/simple-websockets-chat-app, `sendmessage/app.js`.
 */

const tables = new DynamoDBClient({});
const sockets = new ApiGatewayManagementApiClient({ endpoint: process.env['SOCKET_ENDPOINT'] ?? '' });
const TableName = 'ChatConnections';

export async function handler({ json }: { readonly json: string }): Promise<{ readonly failed: number }> {
  const { Items = [] } = await tables.send(new ScanCommand({ TableName, ProjectionExpression: 'connectionId' }));
  const Data = Buffer.from(json);
  const posts = Items.map(async ({ connectionId }) => {
    try {
      await sockets.send(new PostToConnectionCommand({ ConnectionId: connectionId?.S ?? '', Data }));
    } catch (error) {
      if (!(error instanceof GoneException)) throw error;
      await tables.send(new DeleteItemCommand({ TableName, Key: { connectionId: connectionId ?? { S: '' } } }));
    }
  });
  // As in the sample, one post that fails for another reason fails the whole.
  await Promise.all(posts);
  return { failed: 0 };
}
