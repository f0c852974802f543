import type { Server } from 'node:http';
import type { Access } from './access/access.ts';
import { readRoutes } from './api-integrations.ts';
import type { Faults } from './faults.ts';
import { answerJson } from './http.ts';
import { HttpApi } from './http-api.ts';
import type { Lambda } from './lambda.ts';
import type { Surroundings } from './resource-types.ts';
import type { SocketLimits } from './socket-connection.ts';
import type { Template } from './template.ts';
import { Throttles } from './throttle.ts';
import { WebSocketApi } from './websocket-api.ts';

/** The HTTP and the WebSocket API of the template. @throws SandboxError for a second one of a kind */
export function createApis(
  template: Template,
  lambda: Lambda,
  {
    at,
    faults,
    limits,
    access,
  }: { at: Surroundings; faults: Faults; limits: SocketLimits | undefined; access: Access },
): { readonly http: HttpApi | undefined; readonly sockets: WebSocketApi | undefined } {
  const routes = template.resources('AWS::ApiGatewayV2::Route');
  const integrations = template.resources('AWS::ApiGatewayV2::Integration');
  const stages = template.resources('AWS::ApiGatewayV2::Stage');
  let http: HttpApi | undefined;
  let sockets: WebSocketApi | undefined;
  for (const api of template.resources('AWS::ApiGatewayV2::Api')) {
    const protocol = api.properties.text('ProtocolType');
    const own = readRoutes(api, routes, integrations, lambda);
    if (protocol === 'HTTP' && http === undefined) {
      http = new HttpApi(api, own, stages, integrations, at);
    } else if (protocol === 'WEBSOCKET' && sockets === undefined) {
      const [stage, ...others] = stages.filter(({ properties }) => properties.text('ApiId') === api.ref);
      if (stage === undefined || others.length > 0) {
        return api.properties.refuse(
          'ApiId',
          `found ${others.length === 0 ? 0 : others.length + 1} stages, expected 1`,
        );
      }
      const authorizers = template.resources('AWS::ApiGatewayV2::Authorizer');
      const stageName = stage.properties.text('StageName');
      const throttles = new Throttles(stage);
      sockets = new WebSocketApi({
        api,
        routes: own,
        authorizers,
        stage: stageName,
        throttles,
        lambda,
        at,
        faults,
        limits,
        access,
      });
    } else {
      api.properties.refuse(
        'ProtocolType',
        `found another ${protocol} API; the sandbox serves one HTTP and one WEBSOCKET API`,
      );
    }
  }
  return { http, sockets };
}

/** One port for both: the WebSocket API lives below its stage. */
export function serveApis(gateway: Server, http: HttpApi | undefined, sockets: WebSocketApi | undefined): void {
  gateway.on('request', (request, response) => {
    const managing = sockets !== undefined && request.url?.startsWith(`/${sockets.stage}/@connections/`);
    const handled = managing ? sockets.manage(request, response) : http?.handle(request, response);
    if (handled === undefined) return answerJson(response, 404, { message: 'Not Found' });
    // A client that goes away in the middle of its request.
    handled.catch(() => response.destroy());
  });
  gateway.on('upgrade', (request, socket, head) => {
    if (sockets === undefined) return void socket.destroy();
    sockets.upgrade(request, socket, head).catch(() => socket.destroy());
  });
}
