import * as http from 'node:http';
import * as https from 'node:https';
import type { PostOutcome, SocketControl, SocketPoster } from '../../core/ports/outbound.ts';
import { createSigner, type Signer } from './sign-request.ts';

/** A socket that takes longer counts as failed: the others must not wait for it. */
const TIMEOUT_MILLISECONDS = 3000;
const MAX_SOCKETS = 128;
const GONE = 410;
const TOO_MANY_REQUESTS = 429;

/**
 * How a kept connection fails that the other side has closed while nobody looked, as happens between two runs of a function.
 * Nobody has read the request then; should one have been read all the same, a client drops the frame that comes twice.
 * Source: Node.js documentation, `request.reusedSocket`.
 */
const CLOSED: readonly string[] = ['ECONNRESET', 'EPIPE'];

interface Options {
  /** `wss://…/<stage>` of the WebSocket API. */
  readonly socketEndpoint: string;
  readonly region: string;
  /** Told of a post that failed for another reason than a connection that is gone, or too many posts. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/**
 * Posts to sockets, and looks after them, through API Gateway's `@connections`. The request is made and signed by hand over
 * a pool of kept connections, because the fan-out's cost is made of nothing else: the SDK's client takes several times the
 * processor time.
 */
export function createSocketPoster({ socketEndpoint, region, onFailure }: Options): SocketPoster & SocketControl {
  const { protocol, host, hostname, port, pathname } = new URL(socketEndpoint.replace(/^ws/, 'http'));
  const { Agent, request } = protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  let signer: Signer | undefined;
  const base = `${pathname.replace(/\/$/, '')}/@connections/`;

  /** @returns its status; `undefined` if it went over a kept connection that was closed before there was an answer */
  const sendOnce = (options: http.RequestOptions, body: string, milliseconds: number): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      let isAnswered = false;
      const sent = request({ ...options, hostname, port, agent }, (response) => {
        isAnswered = true;
        // A connection goes back to the pool only when its answer has been read to the end.
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
        response.resume();
      });
      const timer = setTimeout(
        () => sent.destroy(new Error(`Expected an answer within ${TIMEOUT_MILLISECONDS} ms, found none`)),
        milliseconds,
      );
      sent.on('error', (cause: NodeJS.ErrnoException) => {
        if (sent.reusedSocket && !isAnswered && CLOSED.includes(cause.code ?? '')) resolve(undefined);
        else reject(cause);
      });
      sent.on('close', () => clearTimeout(timer));
      sent.end(body);
    });

  const send = async (method: 'POST' | 'GET' | 'DELETE', connectionId: string, body = ''): Promise<number> => {
    signer ??= createSigner(credentialsOf(process.env), region, 'execute-api');
    const path = `${base}${encodeURIComponent(connectionId)}`;
    const headers = {
      ...signer({ method, host, path, body }, new Date()),
      'content-length': Buffer.byteLength(body),
      ...(body !== '' && { 'content-type': 'application/json' }),
    };
    const end = performance.now() + TIMEOUT_MILLISECONDS;
    // Each try takes a closed connection out of the pool, until there is an open one, or a new one is made.
    for (;;) {
      const status = await sendOnce({ method, path, headers }, body, end - performance.now());
      if (status !== undefined) return status;
    }
  };

  return {
    async post(connectionId, text): Promise<PostOutcome> {
      try {
        const status = await send('POST', connectionId, text);
        if (status >= 200 && status < 300) return 'delivered';
        if (status === GONE) return 'gone';
        if (status === TOO_MANY_REQUESTS) return 'throttled';
        onFailure(connectionId, new Error(`@connections answered ${status}`));
      } catch (cause) {
        onFailure(connectionId, cause);
      }
      return 'failed';
    },

    async isOpen(connectionId) {
      return (await send('GET', connectionId).catch(() => undefined)) !== GONE;
    },

    async close(connectionId) {
      await send('DELETE', connectionId).catch((cause: unknown) => onFailure(connectionId, cause));
    },
  };
}

/** What Lambda has put into the environment: a function's credentials do not change while it runs. */
function credentialsOf(environment: NodeJS.ProcessEnv) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error('Expected credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, found none');
  }
  return { accessKeyId, secretAccessKey, sessionToken: AWS_SESSION_TOKEN || undefined };
}
