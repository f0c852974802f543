import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventTypes } from '@tidings/contracts/gen/catalogue.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunctions } from '../bundle.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const MOST_BYTES = 340_000;
const require = createRequire(import.meta.url);

interface Compiled {
  readonly quick: (data: unknown) => boolean;
  readonly thorough: (data: unknown) => boolean;
}

describe('the bundles of the functions', () => {
  let folder: string;
  let bundles: readonly Bundle[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tidings-functions-'));
    bundles = [
      ...(await bundleFunctions(path.join(ROOT, 'lambdas'), path.join(folder, 'hub'))),
      ...(await bundleFunctions(path.join(ROOT, 'packages/constructs/src'), path.join(folder, 'constructs'))),
    ];
  });

  afterAll(() => rm(folder, { recursive: true }));

  const beside = (file: string): Promise<string[]> => readdir(path.dirname(file));

  it('are small: a cold start compiles all of one', () => {
    expect(bundles.length).toBeGreaterThan(9);
    expect(bundles.filter(({ bytes }) => bytes > MOST_BYTES)).toEqual([]);
  });

  it('hold no compiled schema and no description: these are loaded when they are needed', async () => {
    const later: Readonly<Record<string, readonly string[]>> = {
      'ingest-events': ['validators'],
      'store-events': ['validators'],
      'table-events': ['validators'],
      'describe-api': ['asyncapi.json', 'openapi.json'],
    };
    for (const { name, file } of bundles) {
      expect((await beside(file)).sort(), name).toEqual(['index.js', ...(later[name] ?? [])].sort());
    }
  });

  it('find every compiled schema beside them, and it is whole', () => {
    const place = bundles.find(({ name }) => name === 'ingest-events')?.file ?? '';
    expect(eventTypes.length).toBeGreaterThan(0);
    for (const { type, examples } of eventTypes) {
      const file = path.join(path.dirname(place), 'validators', `${type.replaceAll(/[:@]/g, '.')}.cjs`);
      const { quick, thorough }: Compiled = require(file);
      expect(
        examples.map((data) => [quick(data), thorough(data)]),
        type,
      ).toEqual(examples.map(() => [true, true]));
      expect([quick({ surprise: 1 }), thorough({ surprise: 1 })], type).toEqual([false, false]);
    }
  });

  it('are made anew without what is not theirs any more', async () => {
    const [before] = bundles;
    const again = await bundleFunctions(path.join(ROOT, 'packages/constructs/src'), path.join(folder, 'hub'));
    expect(again.map(({ name }) => name)).toEqual(['table-events']);
    expect(await readdir(path.join(folder, 'hub'))).toEqual(['table-events']);
    expect(before?.name).not.toBe('table-events');
  });
});
