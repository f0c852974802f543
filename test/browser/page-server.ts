import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { tokenFor } from '../acceptance/hub.ts';

/** A page that is built from TypeScript, on an origin of its own, which also gives it tokens. */
export interface App {
  /** The page's address, with what it is to know. */
  address(parameters: Readonly<Record<string, string>>): string;
  /** When each of the tokens ends that were given to a tab; epoch milliseconds. */
  tokens(tab: string): readonly number[];
  close(): void;
}

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 48rem; padding: 1rem; }
  li { overflow-wrap: anywhere; }
`;

const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Tidings</title>
  <link rel="icon" href="data:,">
  <style>${STYLE}</style>
  <div id="root"></div>
  <script type="module" src="/app.js"></script>
</html>`;

/**
 * Builds `test/browser/pages/<entry>` as a developer's page is built (so that StrictMode does everything twice), or as it
 * is shipped, and serves it.
 */
export async function serveApp(entry: string, { isShipped = false } = {}): Promise<App> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'pages', entry)],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxDev: !isShipped,
    minify: isShipped,
    define: { 'process.env.NODE_ENV': isShipped ? '"production"' : '"development"' },
    write: false,
  });
  const script = outputFiles[0]?.text ?? '';
  const ends = new Map<string, number[]>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/token') void giveToken(url.searchParams, ends, response);
    else if (url.pathname === '/app.js') respond(response, 'text/javascript; charset=utf-8', script);
    else respond(response, 'text/html; charset=utf-8', PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: (parameters) => `http://127.0.0.1:${port}/?${new URLSearchParams(parameters)}`,
    tokens: (tab) => ends.get(tab) ?? [],
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function giveToken(query: URLSearchParams, ends: Map<string, number[]>, response: ServerResponse): Promise<void> {
  const seconds = Number(query.get('expires') ?? 600);
  try {
    const token = await tokenFor({ tenant: query.get('tenant') ?? '', expiresIn: seconds });
    const tab = query.get('tab') ?? '';
    ends.set(tab, [...(ends.get(tab) ?? []), Date.now() + seconds * 1000]);
    respond(response, 'text/plain', token);
  } catch {
    response.writeHead(502).end();
  }
}

function respond(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
