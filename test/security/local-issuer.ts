import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A key pair that an issuer signs with. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: 'RS256' | 'ES256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function newKey(kid: string, alg: SigningKey['alg'] = 'RS256'): SigningKey {
  const pair =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid, alg, ...pair };
}

/** The key as an entry of a JWKS. */
export const toJwk = ({ kid, alg, publicKey }: SigningKey, more: object = {}): object => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
  ...more,
});

type Json = Readonly<Record<string, unknown>>;

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token, signed as its key does it, whatever its header says. */
export function signed(key: SigningKey, header: Json, payload: unknown): string {
  const input = `${encode({ alg: key.alg, kid: key.kid, ...header })}.${encode(payload)}`;
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** A token whose signature is an HMAC with a text as its key. */
export function signedByText(secret: string, header: Json, payload: Json): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A web server on this machine that publishes keys, or does whatever a test makes it do. */
export interface LocalIssuer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly requests: string[];
  /** What is answered from now on. */
  answer(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** From now on, requests are taken and never answered. */
  fallSilent(): void;
  stop(): Promise<void>;
}

export async function startIssuer(body: unknown): Promise<LocalIssuer> {
  let reply: { status: number; body: unknown; headers?: Readonly<Record<string, string>> } | undefined;
  reply = { status: 200, body };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (reply === undefined) return;
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer(status, next, headers = {}) {
      reply = { status, body: next, headers };
    },
    fallSilent() {
      reply = undefined;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
