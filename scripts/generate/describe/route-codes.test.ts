import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { CODES, type Code } from '../../../packages/contracts/src/codes.ts';
import { ROUTE_CODES, ROUTES, type Route, SOCKET_CODES } from './route-codes.ts';

const ROOT = path.join(import.meta.dirname, '../../..');

/** The routes of each function, and codes that occur in its code and yet cannot reach a caller, with the reason. */
const FUNCTIONS: Readonly<
  Record<string, { routes: readonly Route[]; unreachable: Readonly<Partial<Record<Code, string>>> }>
> = {
  'ingest-events': {
    routes: ['POST /events'],
    unreachable: {},
  },
  'query-api': {
    routes: ['GET /events', 'GET /events/{id}'],
    unreachable: { FILTER_INVALID: 'the filter of a query is part of QUERY_INVALID' },
  },
  'manage-subscriptions': {
    routes: ROUTES.filter((route) => route.includes('/subscriptions')),
    unreachable: {
      JSON_NUMBER_REFUSED: 'only events must keep their numbers exactly',
      ROUTE_NOT_FOUND: 'API Gateway calls the function for its routes only',
    },
  },
  'operate-hub': {
    routes: ROUTES.filter((route) => route.includes('/operations')),
    unreachable: {
      TENANT_MISMATCH: 'a metric is asked for by it',
      JSON_NUMBER_REFUSED: 'only events must keep their numbers exactly',
      ROUTE_NOT_FOUND: 'API Gateway calls the function for its routes only',
      BUS_UNAVAILABLE: 'a metric is asked for by it',
    },
  },
};

/** Leaves out the registry and the statuses, which name every code. */
const withoutRegistry: Plugin = {
  name: 'without-registry',
  setup({ onLoad }) {
    onLoad({ filter: /contracts\/src\/codes\.ts$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8').replace(/CODES = \[[^\]]*\]/, 'CODES = []'),
      loader: 'ts',
    }));
    onLoad({ filter: /api-gateway\/problem\.ts$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8').replace(/^ {2}[A-Z_]+: \d{3},$/gm, ''),
      loader: 'ts',
    }));
  },
};

/** The codes that the code of a function names, libraries and whatever it does not use left out. */
async function codesIn(name: string): Promise<readonly Code[]> {
  const { outputFiles } = await build({
    entryPoints: [path.join(ROOT, 'lambdas', name, 'handler.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@aws-*', 'aws-jwt-verify', 'ajv*', 'fastest-levenshtein'],
    plugins: [withoutRegistry],
  });
  const named = new Set(outputFiles[0]?.text.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g));
  return CODES.filter((code) => named.has(code));
}

describe('the described codes', () => {
  it.each(Object.entries(FUNCTIONS))('of %s are those that it can answer', async (name, { routes, unreachable }) => {
    const described = new Set(routes.flatMap((route) => ROUTE_CODES[route]));
    const thrown = (await codesIn(name)).filter((code) => !Object.hasOwn(unreachable, code));
    expect(CODES.filter((code) => described.has(code))).toEqual(thrown);
  });

  it('say nothing of a code that its function does not name', async () => {
    for (const [name, { unreachable }] of Object.entries(FUNCTIONS)) {
      expect(await codesIn(name)).toEqual(expect.arrayContaining(Object.keys(unreachable)));
    }
  });

  it('of every route are in the order of the registry, each once', () => {
    for (const codes of [...Object.values(ROUTE_CODES), SOCKET_CODES]) {
      expect(codes).toEqual(CODES.filter((code) => codes.includes(code)));
    }
  });

  it('of the socket are those that PROTOCOL.md lists', () => {
    const page = readFileSync(path.join(ROOT, 'PROTOCOL.md'), 'utf8');
    const section = page.slice(page.indexOf('## Codes of `error`'));
    const listed = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    expect(listed.toSorted()).toEqual([...SOCKET_CODES].toSorted());
  });

  it('leave out only what reaches no caller by HTTP or socket', () => {
    const described = new Set([...Object.values(ROUTE_CODES).flat(), ...SOCKET_CODES]);
    expect(CODES.filter((code) => !described.has(code))).toEqual([
      // A handshake is refused by a bare status.
      'ORIGIN_REFUSED',
      // Of dead letters only: behind the bus.
      'EVENT_MODULE_MISMATCH',
      'ROUTE_NOT_FOUND',
      // As a handshake, by a bare status.
      'TOO_MANY_SOCKETS',
    ]);
  });
});
