import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, readSourceManifest } from '../../scripts/packages/entries.ts';
import { codeBlocks } from './code-blocks.ts';
import { EmptyProject, versionOf } from './empty-project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONSTRUCTS = path.join(ROOT, 'packages/constructs');
const EXAMPLE = path.join(ROOT, 'examples/producer-app');
const manifest = await readSourceManifest(CONSTRUCTS);
const entries = entriesOf(manifest, CONSTRUCTS);
const { dependencies, devDependencies } = JSON.parse(await readFile(path.join(EXAMPLE, 'package.json'), 'utf8'));

/** What an app of one stack needs to be written, for both module systems. */
const APP = `
const app = new App();
const stack = new Stack(app, 'orders');
const lambda = new lambdas.Function(stack, 'Function', {
  runtime: lambdas.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: lambdas.Code.fromInline('exports.handler = async () => {};'),
});
new TidingsProducer(stack, 'Events', { hub: { environment: 'dev' }, modules: ['bank'] }).connect(lambda);
new TidingsRule(stack, 'Rule', {
  hub: { environment: 'dev' },
  pattern: 'bank.*',
  targets: [new targets.LambdaFunction(lambda)],
});
new TableEvents(stack, 'Changes', {
  hub: { environment: 'dev' },
  table: new dynamodb.Table(stack, 'Table', {
    partitionKey: { name: 'PK', type: dynamodb.AttributeType.STRING },
    stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
  }),
  entity: 'bank.account@v1',
  tenant: 'tenantId',
  subject: 'accountId',
  data: ['accountId', 'accountNumber', 'name', 'kind', 'currency', 'status', 'holderIds', 'openedOn'],
});
const { template } = app.synth().getStackByName('orders');
console.log(JSON.stringify(Object.values(template.Resources).map(({ Type }) => Type)));
try {
  new TidingsRule(stack, 'Wrong', { hub: { environment: 'dev' }, pattern: 'bank.*', targets: [] });
} catch (error) {
  console.log(error instanceof ConstructError, error.code);
}
`;
const NAMES = 'ConstructError, TableEvents, TidingsProducer, TidingsRule';

let project: EmptyProject;

beforeAll(async () => {
  const beside = [...Object.keys(dependencies), ...Object.keys(devDependencies)].filter(
    (name) => !name.startsWith('@tidings/') && !['aws-cdk', 'typescript'].includes(name),
  );
  project = await EmptyProject.create(['client', 'constructs'], await Promise.all(beside.map(versionOf)));
}, 240_000);
afterAll(() => project?.remove());

describe('the packed constructs', { timeout: 120_000 }, () => {
  it('hold what people import and read, the functions that they deploy, and no source or test', () => {
    const packed = project.packed('constructs');
    expect(packed).toEqual(
      expect.arrayContaining([
        ...entries.flatMap(({ name }) => ['js', 'cjs', 'd.ts', 'd.cts'].map((extension) => `${name}.${extension}`)),
        'functions/table-events/index.js',
        'README.md',
        'LICENSE',
      ]),
    );
    expect(packed.filter((file) => /\.test\.[cm]?[jt]s$|\/src\/|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  it('are found faultless by publint', async () => {
    const pkgDir = path.join(project.folder, 'node_modules', manifest.name);
    expect((await publint({ pkgDir, pack: false, strict: true })).messages).toEqual([]);
  });

  it.each([
    [
      'an ES module',
      'app.mjs',
      `import { App, Stack } from 'aws-cdk-lib';
      import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
      import * as targets from 'aws-cdk-lib/aws-events-targets';
      import * as lambdas from 'aws-cdk-lib/aws-lambda';
      import { ${NAMES} } from '@tidings/constructs';`,
    ],
    [
      'CommonJS',
      'app.cjs',
      `const { App, Stack } = require('aws-cdk-lib');
      const dynamodb = require('aws-cdk-lib/aws-dynamodb');
      const targets = require('aws-cdk-lib/aws-events-targets');
      const lambdas = require('aws-cdk-lib/aws-lambda');
      const { ${NAMES} } = require('@tidings/constructs');`,
    ],
  ])('synthesize in an app that is %s', async (_, file, imports) => {
    await project.write({ [file]: `${imports}\n${APP}` });
    const { status, output } = await project.run('.', { CDK_VALIDATION: 'false' }, file);
    expect(status, output).toBe(0);
    const [types = '', refused] = output.trim().split('\n');
    expect(JSON.parse(types)).toEqual(expect.arrayContaining(['AWS::Events::Rule', 'AWS::Lambda::EventSourceMapping']));
    expect(refused).toBe('true RULE_INVALID');
  });

  it.each([
    ['nodenext', 'nodenext', 'types.mts'],
    ['nodenext', 'nodenext', 'types.cts'],
    ['esnext', 'bundler', 'types.ts'],
  ])('have the types that users rely on, with module %s and resolution %s in %s', async (module, resolution, file) => {
    await project.write({ [file]: await readFile(path.join(CONSTRUCTS, 'test/type-tests.ts'), 'utf8') });
    // The declarations of the CDK are not ours to check.
    const options = { module, moduleResolution: resolution, skipLibCheck: true };
    expect(await project.typeCheck([file], options)).toEqual({ status: 0, output: '' });
  });

  it.each([
    ['packages/constructs/README.md', 5],
    ['docs/cross-account-producers.md', 1],
  ])('do what %s shows: every snippet in TypeScript compiles', async (page, least) => {
    const snippets = codeBlocks(await readFile(path.join(ROOT, page), 'utf8')).filter(
      ({ language }) => language === 'ts',
    );
    expect(snippets.length).toBeGreaterThanOrEqual(least);
    const files = Object.fromEntries(
      snippets.map(({ line, text }) => [`${path.basename(page)}-${line}.ts`, `${text}\nexport {};\n`]),
    );
    await project.write(files);
    const options = { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true };
    expect(await project.typeCheck(Object.keys(files), options)).toEqual({ status: 0, output: '' });
  });
});

describe('the example app, with the packed packages', { timeout: 120_000 }, () => {
  const copy = () => path.join(project.folder, 'example');
  beforeAll(() => cp(EXAMPLE, copy(), { recursive: true }));

  it('type-checks by its own settings', async () => {
    expect(await project.compile('example')).toEqual({ status: 0, output: '' });
  });

  it.each([
    ['in the account of the hub', {}, ['letters', 'payments']],
    [
      'in another account than the hub',
      {
        hubAccount: '333333333333',
        hubRegion: 'eu-west-1',
        inboxArn: 'arn:aws:events:eu-north-1:111111111111:event-bus/tidings-dev-inbox',
      },
      ['forwarding', 'letters', 'payments'],
    ],
  ])('synthesizes %s', async (_, context, stacks) => {
    const CDK_OUTDIR = `cdk.out-${stacks.length}`;
    const variables = { CDK_OUTDIR, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' };
    const { status, output } = await project.run('example', variables, '--import', 'tsx', 'app.ts');
    expect(status, output).toBe(0);
    const written = JSON.parse(await readFile(path.join(copy(), CDK_OUTDIR, 'manifest.json'), 'utf8'));
    const artifacts = Object.entries(written.artifacts as Readonly<Record<string, { readonly type: string }>>);
    const found = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack').map(([name]) => name);
    expect(found.sort()).toEqual(stacks);
  });
});
