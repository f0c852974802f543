import { Sha256 } from '@aws-crypto/sha256-js';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { PostOutcome, SocketControl, SocketPoster } from '../../core/ports/outbound.ts';

/** A socket that takes longer counts as failed: the others must not wait for it. */
const TIMEOUT_MILLISECONDS = 3000;
const MAX_SOCKETS = 128;
const GONE = 410;
const TOO_MANY_REQUESTS = 429;

interface Options {
  /** `wss://…/<stage>` of the WebSocket API. */
  readonly socketEndpoint: string;
  readonly region: string;
  /** Told of a post that failed for another reason than a connection that is gone, or too many posts. */
  readonly onFailure: (connectionId: string, cause: unknown) => void;
}

/**
 * Posts to sockets, and looks after them, through API Gateway's `@connections`. The request is signed by hand over a pool of kept connections,
 * because the fan-out's cost is made of nothing else: the SDK's client takes about six times the processor time.
 */
export function createSocketPoster({ socketEndpoint, region, onFailure }: Options): SocketPoster & SocketControl {
  const endpoint = new URL(socketEndpoint.replace(/^ws/, 'http'));
  const signer = new SignatureV4({ credentials: fromEnv(), region, service: 'execute-api', sha256: Sha256 });
  const http = new NodeHttpHandler({
    connectionTimeout: TIMEOUT_MILLISECONDS,
    requestTimeout: TIMEOUT_MILLISECONDS,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
  });

  const send = async (method: 'POST' | 'GET' | 'DELETE', connectionId: string, body?: string): Promise<number> => {
    const request = new HttpRequest({
      method,
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      ...(endpoint.port !== '' && { port: Number(endpoint.port) }),
      path: `${endpoint.pathname.replace(/\/$/, '')}/@connections/${encodeURIComponent(connectionId)}`,
      headers: { host: endpoint.host, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body,
    });
    // The client's own timeouts end where an answer begins; one that stops halfway needs a limit as well.
    const abortSignal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    const { response } = await http.handle(new HttpRequest(await signer.sign(request)), { abortSignal });
    // A connection goes back to the pool only when its answer has been read to the end.
    await drain(response.body);
    return response.statusCode;
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

async function drain(body: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of body);
}
