import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Access } from './access/access.ts';
import type { Route } from './api-integrations.ts';
import type { Faults } from './faults.ts';
import { FrameMeter } from './frame-meter.ts';
import { answerJson, isObject, readBody } from './http.ts';
import type { Lambda } from './lambda.ts';
import type { Surroundings } from './resource-types.ts';
import { AwsError } from './sandbox-error.ts';
import { readAuthorizer, type SocketAuthorizer } from './socket-authorizer.ts';
import { SOCKET_LIMITS, SocketConnection, type SocketLimits } from './socket-connection.ts';
import { type EventSourceApi, toHandshakeEvent, toRequestContext } from './socket-event.ts';
import type { Resource } from './template.ts';
import type { Throttles } from './throttle.ts';

const TOO_BIG = 1009;
const GOING_AWAY = 1001;
const MESSAGE_ROUTE = '$request.body.';

export interface WebSocketApiOptions {
  readonly api: Resource;
  readonly routes: readonly Route[];
  readonly authorizers: readonly Resource[];
  /** The API's only one. */
  readonly stage: string;
  /** @default none */
  readonly throttles?: Throttles;
  readonly lambda: Lambda;
  readonly at: Surroundings;
  readonly faults: Faults;
  readonly limits?: SocketLimits | undefined;
  readonly access: Access;
}

/** An API Gateway WebSocket API with one stage, and its `@connections`. */
export class WebSocketApi {
  readonly stage: string;
  readonly #source: EventSourceApi;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #authorizer: SocketAuthorizer | undefined;
  /** Field of a message that names its route. */
  readonly #selector: string;
  readonly #at: Surroundings;
  readonly #faults: Faults;
  readonly #limits: SocketLimits;
  readonly #throttles: Throttles | undefined;
  readonly #access: Access;
  readonly #connections = new Map<string, SocketConnection>();
  readonly #server: WebSocketServer;
  /** API Gateway answers with the subprotocol that `$connect` has returned, and chooses none by itself. */
  readonly #protocols = new WeakMap<IncomingMessage, string | undefined>();
  #ended = false;

  /** @throws SandboxError */
  constructor({
    api,
    routes,
    authorizers,
    stage,
    throttles,
    lambda,
    at,
    faults,
    limits = SOCKET_LIMITS,
    access,
  }: WebSocketApiOptions) {
    this.#source = { apiId: api.ref, stage, domainName: at.apiHost };
    this.stage = stage;
    this.#throttles = throttles;
    this.#at = at;
    this.#faults = faults;
    this.#limits = limits;
    this.#access = access;
    this.#routes = new Map(routes.map((route) => [route.key, route]));
    const expression = api.properties.text('RouteSelectionExpression');
    if (!/^\$request\.body\.\w+$/.test(expression))
      api.properties.refuse('RouteSelectionExpression', `found ${expression}, expected ${MESSAGE_ROUTE}<field>`);
    this.#selector = expression.slice(MESSAGE_ROUTE.length);
    this.#authorizer = readAuthorizer(routes, authorizers, lambda);
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: this.#limits.message,
      handleProtocols: (_offered, request) => this.#protocols.get(request) ?? false,
    });
  }

  /** Closes all sockets. Functions are not told: they are going as well. */
  end(): void {
    this.#ended = true;
    for (const connection of this.#connections.values()) {
      connection.close(GOING_AWAY, 'The sandbox is ending');
      connection.closed();
    }
  }

  /** Breaks off every connection without a close frame, as a failing network would. */
  dropAll(): void {
    for (const connection of this.#connections.values()) connection.terminate();
  }

  /** A handshake: authorizer, then `$connect`, and only then is the connection open. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.replace(/\/$/, '') !== `/${this.stage}` || this.#ended) return refuse(socket, 403, 'Forbidden');
    if (this.#throttles?.lets('$connect') === false) return refuse(socket, 429, 'Too Many Requests');
    const connection = new SocketConnection(request, this.#limits);
    const handshake = toHandshakeEvent(this.#source, connection, request, url);
    if (this.#authorizer !== undefined) {
      const methodArn = `arn:aws:execute-api:${this.#at.region}:${this.#at.accountId}:${this.#source.apiId}/${this.stage}/$connect`;
      const headers = { ...request.headers } as Record<string, string | undefined>;
      const decision = await this.#authorizer.decide(
        { type: 'REQUEST', methodArn, stageVariables: {}, ...handshake },
        methodArn,
        { headers, query: url.searchParams },
      );
      if ('status' in decision) return refuse(socket, decision.status, REFUSALS[decision.status]);
      connection.authorizer = decision.context;
    }
    const { status, headers } = await this.#connect(request, url, connection);
    if (status < 200 || status > 299) return refuse(socket, status, STATUS_CODES[status] ?? '');
    if (socket.destroyed) return this.#disconnected(connection, 1006, '');
    this.#protocols.set(request, headers['sec-websocket-protocol']);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#open(connection, webSocket, socket));
  }

  /** `@connections`. Source: API Gateway developer guide, "Use @connections commands in your backend service". */
  async manage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = asDecoded((request.url ?? '').split('?')[0]?.split('/@connections/')[1] ?? '');
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256')) {
      return answerError(response, 403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    try {
      await this.#access.checkConnection(request, this.#source.apiId, this.stage, id);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return answerError(response, 403, error.code, error.message);
    }
    const body = await readBody(request, this.#limits.message);
    const connection = this.#connections.get(id);
    if (connection === undefined) return answerError(response, 410, 'GoneException', 'Gone');
    if (request.method === 'GET') {
      return answerJson(response, 200, {
        connectedAt: new Date(connection.connectedAt).toISOString(),
        identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent },
        lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
      });
    }
    if (request.method === 'DELETE') {
      connection.close(1000, 'Connection Closed Normally');
      this.#connections.delete(id);
      return void response.writeHead(204).end();
    }
    if (request.method !== 'POST')
      return answerError(response, 403, 'ForbiddenException', `Forbidden: ${request.method}`);
    if (body === undefined) return answerError(response, 413, 'PayloadTooLargeException', 'Message too long');
    if (this.#faults.strikes('dropped-socket')) connection.terminate();
    try {
      await connection.send(body.toString('utf8'));
      answerJson(response, 200, undefined);
    } catch {
      answerError(response, 410, 'GoneException', 'Gone');
    }
  }

  async #connect(request: IncomingMessage, url: URL, connection: SocketConnection) {
    const route = this.#routes.get('$connect');
    if (route === undefined) return { status: 200, headers: {} as Readonly<Record<string, string>> };
    try {
      const answer = await route.function.invoke({
        ...toHandshakeEvent(this.#source, connection, request, url),
        isBase64Encoded: false,
      });
      const { statusCode, headers } = isObject(answer) ? answer : {};
      const entries = Object.entries(isObject(headers) ? headers : {});
      return {
        status: Number(statusCode ?? 502),
        headers: Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)])),
      };
    } catch {
      return { status: 502, headers: {} as Readonly<Record<string, string>> };
    }
  }

  #open(connection: SocketConnection, webSocket: WebSocket, socket: Duplex): void {
    const meter = new FrameMeter();
    this.#connections.set(connection.id, connection);
    connection.open(webSocket);
    socket.on('data', (chunk: Buffer) => {
      connection.touch();
      if (meter.feed(chunk) > this.#limits.frame) webSocket.close(TOO_BIG, 'Frame too large');
    });
    webSocket.on('message', (data, isBinary) => {
      // Nothing is taken from a connection that is being closed.
      if (webSocket.readyState === webSocket.OPEN) void this.#message(connection, data, isBinary);
    });
    // `ws` closes by itself, with the code that says why.
    webSocket.on('error', () => undefined);
    webSocket.on('close', (code, reason) => this.#disconnected(connection, code, reason.toString('utf8')));
  }

  async #message(connection: SocketConnection, data: RawData, isBinary: boolean): Promise<void> {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    const body = bytes.toString(isBinary ? 'base64' : 'utf8');
    const route = this.#routes.get(selectedKey(body, this.#selector)) ?? this.#routes.get('$default');
    const context = toRequestContext(this.#source, connection, route?.key ?? '$default', 'MESSAGE');
    const refusal = (message: string) =>
      connection
        .send(JSON.stringify({ message, connectionId: connection.id, requestId: context.requestId }))
        .catch(() => undefined);
    if (route === undefined) return void (await refusal('Forbidden'));
    // AWS names the status 429 and no message; this one has the form of the others that API Gateway sends.
    if (this.#throttles?.lets(route.key) === false) return void (await refusal('Too Many Requests'));
    const requestContext = { ...context, messageId: randomUUID() };
    try {
      await route.function.invoke({ requestContext, body, isBase64Encoded: isBinary });
    } catch {
      await refusal('Internal server error');
    }
  }

  #disconnected(connection: SocketConnection, disconnectStatusCode: number, disconnectReason: string): void {
    connection.closed();
    this.#connections.delete(connection.id);
    const route = this.#routes.get('$disconnect');
    if (route === undefined || this.#ended) return;
    const requestContext = {
      ...toRequestContext(this.#source, connection, '$disconnect', 'DISCONNECT'),
      disconnectStatusCode,
      disconnectReason,
    };
    const headers = { Host: this.#at.apiHost, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
    // Best effort, as with API Gateway: nobody hears of a failure but the function's log.
    route.function
      .invoke({ headers, multiValueHeaders: multiple(headers), requestContext, isBase64Encoded: false })
      .catch(() => undefined);
  }
}

const REFUSALS = { 401: 'Unauthorized', 403: 'Forbidden', 500: 'Internal Server Error' } as const;

function selectedKey(body: string, selector: string): string {
  try {
    const message: unknown = JSON.parse(body);
    return isObject(message) && Object.hasOwn(message, selector) ? String(message[selector]) : '$default';
  } catch {
    return '$default';
  }
}

function refuse(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ message, connectionId: undefined, requestId: randomUUID() });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const answerError = (response: ServerResponse, status: number, type: string, message: string): void =>
  answerJson(response, status, { message }, { 'x-amzn-ErrorType': type });

const multiple = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

function asDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
