import { isTidingsError } from '@tidings/contracts';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent, Context } from 'aws-lambda';
import { statusOf } from '../adapters/api-gateway/problem.ts';
import { lowerCase, toContext } from '../adapters/api-gateway/socket-request.ts';
import { readConfiguration } from '../adapters/configuration.ts';
import { cameByFrontDoor } from '../adapters/front-door.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createTokenVerifier } from '../adapters/token-verifier.ts';
import { admitSocket } from '../core/admit-socket.ts';
import { CODED_METRICS } from '../metrics.ts';
import { VARIABLES } from '../variables.ts';

const configuration = readConfiguration(process.env);
const admission = {
  allowedOrigins: configuration.allowedOrigins(),
  readScope: configuration.readScope(),
  verifier: createTokenVerifier(configuration.issuers()),
};
/** Absent where everybody may come directly. */
const frontDoorSecret = configuration.optionalText(VARIABLES.frontDoorSecret);
const { begin, refuse, flush } = createTelemetry();

/**
 * Decides on `$connect`. API Gateway can answer a refusal by a bare 401 or 403 only; the reason is in the log, and
 * a client learns it from the problem document that `GET /events` answers the same token with.
 */
export async function handler(
  request: APIGatewayRequestAuthorizerEvent,
  context: Context,
): Promise<APIGatewayAuthorizerResult> {
  const { connectionId = '', requestId } = request.requestContext;
  begin(context, { connectionId, apiRequestId: requestId });
  try {
    const headers = lowerCase(request.headers);
    if (frontDoorSecret !== undefined && !cameByFrontDoor(headers, frontDoorSecret)) {
      return decision('Deny', request.methodArn);
    }
    const recipient = await admitSocket({ headers }, admission);
    return { ...decision('Allow', request.methodArn), context: { ...toContext(recipient) } };
  } catch (error) {
    refuse(CODED_METRICS.socketsRefused, 'Socket', error);
    if (!isTidingsError(error)) throw error;
    // This text, exactly, is how an authorizer asks for a 401. Source: API Gateway developer guide, Lambda authorizers.
    if (statusOf(error.code) === 401) throw new Error('Unauthorized');
    if (statusOf(error.code) >= 500) throw error;
    return decision('Deny', request.methodArn);
  } finally {
    flush();
  }
}

const decision = (Effect: 'Allow' | 'Deny', Resource: string): APIGatewayAuthorizerResult => ({
  principalId: 'socket',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
});
