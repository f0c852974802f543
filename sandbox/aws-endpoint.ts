import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Access } from './access/access.ts';
import type { Faults } from './faults.ts';
import { close, listen, parseObject, readBody } from './http.ts';
import { AwsError } from './sandbox-error.ts';

/** DynamoDB and SQS take 16 MiB and 1 MiB; the services themselves refuse what is too large for them. */
const BODY_LIMIT = 20 * 1024 * 1024;

/** A request of an AWS JSON protocol. */
export interface AwsRequest {
  /** Such as `SendMessage`. */
  readonly action: string;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
  /** Fires when the client goes away. */
  readonly signal: AbortSignal;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface AwsService {
  /** What precedes the action in the header `x-amz-target`, without the dot. */
  readonly target: string;
  /** @throws AwsError */
  handle(request: AwsRequest): Promise<AwsAnswer>;
}

export type AwsAction = (input: Readonly<Record<string, unknown>>, signal: AbortSignal) => unknown;

/**
 * A service that answers JSON with JSON.
 *
 * @param contentType `application/x-amz-json-1.0` or `-1.1`, as the service has it
 */
export function jsonService(
  target: string,
  contentType: string,
  actions: Readonly<Record<string, AwsAction>>,
): AwsService {
  const handle = async ({ action, body, signal }: AwsRequest): Promise<AwsAnswer> => {
    const perform = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (perform === undefined) throw unknownAction(target, action, Object.keys(actions));
    const output = (await perform(parseObject(body), signal)) ?? {};
    return { status: 200, headers: { 'content-type': contentType }, body: Buffer.from(JSON.stringify(output)) };
  };
  return { target, handle };
}

export const unknownAction = (target: string, action: string, known: readonly string[]): AwsError =>
  new AwsError(
    'UnknownOperationException',
    `The sandbox does not know the action ${target}.${action}. It knows: ${known.join(', ')}`,
  );

/**
 * The one endpoint that answers the AWS SDK for every service. Signatures are not verified: whoever reaches the
 * loopback interface may use it, but for pages of a browser. A function is believed to be who its access key says.
 */
export class AwsEndpoint {
  readonly #server: Server;
  readonly #services = new Map<string, AwsService>();
  readonly #faults: Faults;
  #access: Access | undefined;

  constructor(faults: Faults) {
    this.#faults = faults;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // Idle connections of an SDK's pool must not be closed under a request that is just being sent.
    this.#server.keepAliveTimeout = 65_000;
  }

  /** @returns the port */
  start(port: number): Promise<number> {
    return listen(this.#server, port, 'AWS endpoint');
  }

  end(): Promise<void> {
    return close(this.#server);
  }

  /** From now on, functions may do what their roles allow, and nothing else. */
  guard(access: Access): void {
    this.#access = access;
  }

  add(service: AwsService): void {
    this.#services.set(service.target, service);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const aborter = new AbortController();
    // An answered request has nobody left to tell, and telling costs more than a small answer.
    response.once('close', () => response.writableEnded || aborter.abort());
    let answer: AwsAnswer;
    try {
      answer = await this.#answer(request, aborter.signal);
    } catch (error) {
      answer = toAnswer(error);
    }
    // Asked for 2xx only: an error has changed nothing, so losing it would test nothing new.
    if (answer.status === 200 && this.#faults.strikes('lost-response')) return void response.destroy();
    if (response.destroyed) return;
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': answer.body.length,
      'x-amzn-requestid': randomUUID(),
    });
    response.end(answer.body);
  }

  async #answer(request: IncomingMessage, signal: AbortSignal): Promise<AwsAnswer> {
    // A browser says so with each POST, also where somebody makes a name of theirs lead here. SDKs say nothing.
    if (request.headers.origin !== undefined) {
      throw new AwsError('AccessDeniedException', 'Pages reach the sandbox by its console only', 403);
    }
    const header = String(request.headers['x-amz-target'] ?? '');
    const dot = header.lastIndexOf('.');
    const service = this.#services.get(header.slice(0, dot));
    if (service === undefined) {
      const known = [...this.#services.keys()].map((target) => `${target}.*`).join(', ');
      const found = `${request.method} ${request.url}, x-amz-target: ${header || 'none'}`;
      throw new AwsError('UnknownOperationException', `The sandbox does not serve ${found}. It serves: ${known}`);
    }
    const body = await readBody(request, BODY_LIMIT);
    if (body === undefined) throw new AwsError('RequestEntityTooLarge', `Bodies end at ${BODY_LIMIT} bytes`, 413);
    const action = header.slice(dot + 1);
    await this.#access?.check(request, service.target, action, body);
    return service.handle({ action, body, headers: request.headers, signal });
  }
}

function toAnswer(error: unknown): AwsAnswer {
  const { code, message, status, queryCode } =
    error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-errortype': code,
      ...(queryCode !== undefined && { 'x-amzn-query-error': `${queryCode};Sender` }),
    },
    body: Buffer.from(JSON.stringify({ __type: code, message })),
  };
}
