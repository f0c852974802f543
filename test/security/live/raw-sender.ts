import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { hubUnderTest } from '../../acceptance/hub-under-test.ts';
import type { HttpAttempt } from './attempt-generator.ts';

/** Sends requests as they are: `fetch` would resolve `..` and encode what an attacker leaves bare. */
export class RawSender {
  readonly #base = new URL(hubUnderTest().target.apiUrl);
  readonly #isTls = this.#base.protocol === 'https:';
  readonly #agent = this.#isTls ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });

  /** @returns the status, and everything that has come: status line, headers and body */
  send(attempt: HttpAttempt, token: string): Promise<{ status: number; text: string }> {
    const { method, path, headers, body } = attempt;
    const { hostname, port, pathname } = this.#base;
    const options = {
      method,
      hostname,
      port,
      path: `${pathname.replace(/\/$/, '')}${path}`,
      agent: this.#agent,
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      },
    };
    return new Promise((resolve, reject) => {
      const request = (this.#isTls ? httpsRequest : httpRequest)(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status, text: `${status}\n${response.rawHeaders.join('\n')}\n\n${text}` });
        });
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        // The attempt before may have made the endpoint close the connection that this one was put on.
        if (request.reusedSocket && error.code === 'ECONNRESET') resolve(this.send(attempt, token));
        else reject(error);
      });
      request.end(body);
    });
  }

  end(): void {
    this.#agent.destroy();
  }
}
