import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, readSourceManifest } from '../../scripts/packages/entries.ts';
import { measureSizes, renderSizes } from '../../scripts/packages/measure-size.ts';
import { codeBlocks } from './code-blocks.ts';
import { EmptyProject, versionOf } from './empty-project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLIENT = path.join(ROOT, 'packages/client');
const manifest = await readSourceManifest(CLIENT);
const entries = entriesOf(manifest, CLIENT);
const specifiers = entries.map(({ subpath }) => subpath.replace(/^\./, manifest.name));
let project: EmptyProject;

beforeAll(async () => {
  const beside = ['react', '@types/react', '@types/node', '@aws-sdk/client-eventbridge'];
  project = await EmptyProject.create(['client'], await Promise.all(beside.map(versionOf)));
}, 180_000);
afterAll(() => project?.remove());

describe('the packed client', () => {
  it('holds what people import and read, and no source or test', () => {
    expect(project.packed('client')).toEqual(
      expect.arrayContaining([
        ...entries.flatMap(({ name }) => ['js', 'cjs', 'd.ts', 'd.cts'].map((extension) => `${name}.${extension}`)),
        'README.md',
        'PROTOCOL.md',
        'LICENSE',
      ]),
    );
    expect(project.packed('client').filter((file) => /\.test\.|\/src\/|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  it('is found faultless by publint', async () => {
    const { messages } = await publint({
      pkgDir: path.join(project.folder, 'node_modules', manifest.name),
      pack: false,
      strict: true,
    });
    expect(messages).toEqual([]);
  });

  it.each(['import', 'require'])('gives the same classes by all its entry points with %s', async (how) => {
    const load = specifiers.map((name) => (how === 'import' ? `await import('${name}')` : `require('${name}')`));
    const file = how === 'import' ? 'load.mjs' : 'load.cjs';
    const names = `JSON.stringify(all.map((module) => Object.keys(module).sort()))`;
    const shared = `all[0].PublishError === error.constructor`;
    const bus = `new all[${specifiers.indexOf(`${manifest.name}/bus`)}].TidingsBusClient({ buses: { environment: 'dev' } })`;
    const thrown = `.publish({ type: 'no.such:type@v1', tenantid: 'acme', data: {} }).catch((error) => error)`;
    await project.write({
      [file]: `const all = [${load.join(', ')}];
        console.log(${names});
        ${bus}${thrown}.then((error) => console.log(${shared}));`,
    });
    const { output, status } = await project.node(file);
    expect(status, output).toBe(0);
    const [printed = '', isShared] = output.trim().split('\n');
    expect(isShared).toBe('true');
    const exported = JSON.parse(printed) as readonly (readonly string[])[];
    expect(exported[0]).toEqual(
      expect.arrayContaining([
        ...['TidingsApiClient', 'TidingsLive', 'TidingsSubscription', 'connectDom', 'createTopics'],
        ...['TidingsHistory', 'TidingsSubscriptions', 'TidingsOperations', 'HubError', 'explainAudience'],
      ]),
    );
  });

  it.each([
    ['nodenext', 'nodenext', 'types.mts'],
    ['nodenext', 'nodenext', 'types.cts'],
    ['esnext', 'bundler', 'types.ts'],
  ])(
    'has the types that its users rely on, with module %s and resolution %s in %s',
    async (module, moduleResolution, file) => {
      const text = await readFile(path.join(CLIENT, 'test/type-tests.ts'), 'utf8');
      await project.write({ [file]: text });
      expect(await project.typeCheck([file], { module, moduleResolution })).toEqual({ status: 0, output: '' });
    },
  );

  it.each([
    ['packages/client/README.md', 8],
    ['README.md', 1],
  ])('does what %s shows: every snippet in TypeScript compiles', async (page, least) => {
    const snippets = codeBlocks(await readFile(path.join(ROOT, page), 'utf8')).filter(({ language }) =>
      ['ts', 'tsx'].includes(language),
    );
    expect(snippets.length).toBeGreaterThan(least);
    const files = Object.fromEntries(
      snippets.map(({ language, line, text }) => [`snippet-line-${line}.${language}`, `${text}\nexport {};\n`]),
    );
    await project.write(files);
    const checked = await project.typeCheck(Object.keys(files), { module: 'esnext', moduleResolution: 'bundler' });
    expect(checked).toEqual({ status: 0, output: '' });
  });

  it('leaves nothing in a bundle that uses nothing of it', async () => {
    const code = await bundle(specifiers.map((name) => `import '${name}';`).join('\n'));
    expect(code.trim()).toBe('');
  });

  it('brings no publishing, no OAuth2 and no catalogue along with a live connection', async () => {
    const code = await bundle("import { TidingsLive } from '@tidings/client'; console.log(TidingsLive);");
    expect(code).toContain('tidings.v1');
    for (const foreign of ['client_credentials', 'oauth4webapi', 'firstName', 'PutEvents', 'react'])
      expect(code, foreign).not.toContain(foreign);
  });
});

describe('the size of a live connection', () => {
  it('is less than that of the well-known clients, built the same way', async () => {
    const [ours, ...others] = await measureSizes();
    console.log(renderSizes([ours, ...others].flatMap((size) => (size === undefined ? [] : [size]))));
    expect(others).toHaveLength(4);
    for (const { name, gzipped } of others) expect(ours?.gzipped, name).toBeLessThan(gzipped);
  });
});

/** What a browser would load, minified by name only so that the text can be searched. */
async function bundle(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: project.folder },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    treeShaking: true,
    external: ['react', 'react/jsx-runtime', '@aws-sdk/client-eventbridge'],
    minifyWhitespace: true,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
