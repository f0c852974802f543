import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a page would write to get a live connection, and nothing else. */
const CANDIDATES = {
  '@tidings/client (TidingsLive)': "export { TidingsLive } from '@tidings/client';",
  'socket.io-client': "export { io } from 'socket.io-client';",
  centrifuge: "export { Centrifuge } from 'centrifuge';",
  'ably (modular: its smallest)': "export { BaseRealtime, WebSocketTransport, FetchRequest } from 'ably/modular';",
  'ably (Realtime)': "export { Realtime } from 'ably';",
} as const;

export interface Size {
  readonly name: string;
  readonly minified: number;
  readonly gzipped: number;
}

/** Bytes that a browser loads, all measured the same way: esbuild, ES modules, minified; then gzip at its best. */
export async function measureSizes(): Promise<readonly Size[]> {
  return await Promise.all(Object.entries(CANDIDATES).map(([name, source]) => measure(name, source)));
}

async function measure(name: string, source: string): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return { name, minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}

export function renderSizes(sizes: readonly Size[]): string {
  const ours = sizes[0]?.gzipped ?? 0;
  const rows = sizes.map(({ name, minified, gzipped }) =>
    [name.padEnd(30), kilobytes(minified), kilobytes(gzipped), `${(gzipped / ours).toFixed(1)} ×`.padStart(8)].join(
      ' ',
    ),
  );
  return [['package'.padEnd(30), '  minified', '   gzipped', '   ratio'].join(' '), ...rows].join('\n');
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(renderSizes(await measureSizes()));
