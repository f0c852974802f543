/**
 * Serves the page, and does for it what the server of a web application does: it knows who is signed in, and gets that
 * person's token from the issuer. Here everybody is `alice` of the tenant `acme`, and the issuer is the sandbox's, which
 * puts into a token what it is asked to.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const FOLDER = import.meta.dirname;
const { values } = parseArgs({
  options: {
    target: { type: 'string', default: path.join(FOLDER, '../../.sandbox/target.json') },
    port: { type: 'string', default: '4180' },
    tenant: { type: 'string', default: 'acme' },
    user: { type: 'string', default: 'alice' },
  },
});

interface Target {
  readonly apiUrl: string;
  readonly socketUrl: string;
  readonly tokenUrl: string;
}

const target = JSON.parse(
  await readFile(values.target, 'utf8').catch(() => {
    throw new Error(`No hub at ${values.target}: start one with npm start, or pass --target FILE`);
  }),
) as Target;

const { outputFiles } = await build({
  entryPoints: [path.join(FOLDER, 'page.tsx')],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2023',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  write: false,
});
const script = outputFiles[0]?.text ?? '';

const pages: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
  'GET /': (response) => send(response, 'text/html', 'page.html'),
  'GET /page.css': (response) => send(response, 'text/css', 'page.css'),
  'GET /page.js': async (response) => {
    response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(script);
  },
  'GET /hub': async (response) => {
    const { socketUrl, apiUrl } = target;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ socketUrl, apiUrl }));
  },
  'POST /token': async (response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end(await getToken());
  },
};

async function send(response: ServerResponse, type: string, file: string): Promise<void> {
  const content = await readFile(path.join(FOLDER, file));
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(content);
}

async function getToken(): Promise<string> {
  const answer = await fetch(target.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'live-page',
      client_secret: 'sandbox',
      scope: 'events:read',
      tenant: values.tenant,
      sub: values.user,
    }),
  });
  if (!answer.ok) throw new Error(`The issuer gives no token (${answer.status})`);
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}

const server = createServer((request, response) => {
  const page = pages[`${request.method} ${request.url}`];
  if (page === undefined) {
    response.writeHead(404).end('Nothing here');
    return;
  }
  page(response).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    response.writeHead(502).end('The issuer does not answer');
  });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`The page is at http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
