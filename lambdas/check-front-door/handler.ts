import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerResult } from 'aws-lambda';
import { readConfiguration } from '../adapters/configuration.ts';
import { cameByFrontDoor } from '../adapters/front-door.ts';
import { VARIABLES } from '../variables.ts';

const secret = readConfiguration(process.env).text(VARIABLES.frontDoorSecret);

/**
 * Lets requests into the HTTP API that came through the firewall. Who may do what is not decided here: the functions
 * behind verify tokens themselves.
 */
export const handler = ({
  headers = {},
}: Partial<Pick<APIGatewayRequestAuthorizerEventV2, 'headers'>>): APIGatewaySimpleAuthorizerResult => ({
  isAuthorized: cameByFrontDoor(headers, secret),
});
