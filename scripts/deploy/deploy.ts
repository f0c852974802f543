import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { formatDifferences, formatSecurityChanges, type TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { ConfigurationError } from '../../lib/configuration-error.ts';
import type { Environment } from '../../lib/environment.ts';
import { selectEnvironments } from '../../lib/environments.ts';
import { writeTarget } from '../target-from-stack.ts';
import { Refused, readOptions as readTargetOptions } from '../target-from-stack-options.ts';
import { readAssembly, type SynthesizedStack } from './assembly.ts';
import { type Changes, compare } from './changes.ts';
import type { Reader } from './cloud.ts';
import { confirmLosses } from './confirm.ts';
import { adviceFor } from './explain.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import type { Step } from './runner.ts';
import { trySmoke } from './smoke.ts';
import { standingOf } from './stack-state.ts';
import { requireStillSo, type Shown } from './still-so.ts';
import type { Surroundings } from './surroundings.ts';

const CDK = path.join('node_modules', 'aws-cdk', 'bin', 'cdk');

/** The app without the bundling that `cdk.json` puts before it: that is a step of its own here. */
const APP = 'node --import tsx bin/tidings.ts';

/**
 * Deploys an environment: builds, checks, shows the difference, asks where data would go, deploys, tries the hub.
 *
 * @returns the exit code: 0 done, 1 something in the way that is said, 2 an argument that is wrong
 */
export async function runDeploy(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === undefined) {
      around.print(USAGE);
      return 0;
    }
    return await deploy(options, around);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      around.complain(error.message);
      return 2;
    }
    if (!(error instanceof Refused)) throw error;
    around.complain(error.message);
    if (error.exitCode === 2) around.complain(USAGE);
    return error.exitCode;
  }
}

async function deploy(options: Options, around: Surroundings): Promise<number> {
  const { print } = around;
  const environment = selectEnvironment(options);
  const stackName = `tidings-${environment.name}`;
  const cloud = around.openCloud({
    region: environment.region ?? around.environment['AWS_REGION'] ?? around.environment['AWS_DEFAULT_REGION'],
    endpoint: around.environment['AWS_ENDPOINT_URL'] || undefined,
  });
  const caller = await cloud.whoDeploys();
  print(`Deploying ${stackName} as ${caller.arn}`);

  const assembly = path.join('.tidings', 'assemblies', environment.name);
  await step(
    'Build the functions',
    { program: process.execPath, args: ['--import', 'tsx', 'scripts/bundle.ts'] },
    around,
  );
  await step('Synthesize and check', synthesis(options, environment, assembly), around);
  const synthesized = await readAssembly(path.join(around.folder, assembly), stackName);

  print(`\n== Compare with what is deployed in ${synthesized.account}, ${synthesized.region}`);
  const { lookupRole: arn, account, region } = synthesized;
  const reader = await cloud.openReader({ arn, account, region });
  const stack = await reader.describeStack(stackName);
  const changes = await compareWithDeployed({ synthesized, stack }, reader, options);
  await show(changes, print);
  if (options.dryRun) return finishDryRun(changes, environment, print);

  if (changes.none) {
    print('Nothing to change: what is deployed is what was synthesized. Nothing was deployed.');
  } else {
    await confirmLosses(
      {
        environment: environment.name,
        keepsData: environment.removalPolicy === 'retain' || changes.wasKept,
        destructive: changes.destructive,
        allowDestructive: options.allowDestructive,
      },
      around,
    );
    await requireStillSo({ synthesized, stack }, path.join(around.folder, assembly), reader);
    await deployStack(synthesized, options, assembly, reader, around);
  }
  return await finish(options, synthesized, reader, around);
}

function selectEnvironment({ environment: name, context }: Options): Environment {
  const overrides = Object.fromEntries(
    context.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const [environment] = selectEnvironments({ ...overrides, environment: name });
  if (environment === undefined) throw new Error(`selectEnvironments returned none for ${name}`);
  return environment;
}

/** What every call of the CDK has: nothing is sent to anybody but AWS, and a check cannot be switched off from outside. */
const cdk = (...args: readonly string[]): Omit<Step, 'folder'> => ({
  program: process.execPath,
  args: [CDK, ...args, '--no-notices', '--no-version-reporting'],
  environment: { CDK_VALIDATION: undefined },
});

const synthesis = ({ context }: Options, { name }: Environment, output: string): Omit<Step, 'folder'> =>
  cdk(
    'synth',
    '--quiet',
    '--app',
    APP,
    '--output',
    output,
    '-c',
    `environment=${name}`,
    ...context.flatMap((pair) => ['-c', pair]),
  );

async function step(title: string, process: Omit<Step, 'folder'>, { folder, run, print }: Surroundings): Promise<void> {
  print(`\n== ${title}`);
  const { code, tail } = await run({ ...process, folder });
  if (code === 0) return;
  throw new Refused([`${title}: failed, see above. Nothing was deployed.`, adviceFor(tail)].filter(Boolean).join(' '));
}

async function compareWithDeployed(
  { synthesized, stack }: Shown,
  reader: Reader,
  { environment, noRollback }: Options,
): Promise<Changes> {
  const standing = standingOf(stack, environment, noRollback);
  if (standing === 'new' || stack === undefined) return compare(synthesized);
  const changes = compare(synthesized, { stack, template: await reader.readTemplate(synthesized.name) });
  // Whatever template CloudFormation tells of it: not all of it is there.
  return standing === 'half-deployed' ? { ...changes, none: false } : changes;
}

async function show({ none, difference, ofStack }: Changes, print: Surroundings['print']): Promise<void> {
  if (none) return;
  print((await format(difference)).trimEnd());
  for (const change of ofStack) print(`Stack: ${change}`);
}

/** As `cdk diff` prints it: it is its own printer. */
async function format(difference: TemplateDiff): Promise<string> {
  const stream = new PassThrough();
  const printed = text(stream);
  if (difference.permissionsBroadened) formatSecurityChanges(stream, difference);
  formatDifferences(stream, difference);
  stream.end();
  return await printed;
}

function finishDryRun({ none, destructive }: Changes, { name }: Environment, print: Surroundings['print']): number {
  if (none) print('Nothing to change: what is deployed is what was synthesized.');
  if (destructive.length > 0) print(`\nDeploying would take data away from ${name}, or what keeps it:`);
  for (const loss of destructive) print(`  - ${loss}`);
  print('\nDry run: nothing was deployed.');
  return 0;
}

async function deployStack(
  { name, account, region }: SynthesizedStack,
  { environment, noRollback }: Options,
  assembly: string,
  reader: Reader,
  around: Surroundings,
): Promise<void> {
  around.print('\n== Deploy');
  const { code, tail } = await around.run({
    ...cdk(
      'deploy',
      name,
      '--app',
      assembly,
      '--require-approval',
      'never',
      '--progress',
      'events',
      ...(noRollback ? ['--no-rollback'] : []),
    ),
    folder: around.folder,
  });
  if (code === 0) return;
  const status = (await reader.describeStack(name).catch(() => undefined))?.StackStatus;
  throw new Refused(
    [
      `${name} was not deployed, see above; it is ${status ?? 'not there'}.`,
      adviceFor(tail, { account, region, environment }) ??
        'The first resource that failed names the cause. Remove it and run the same command again: what was stored ' +
          'is kept, and what was sent meanwhile waits in the queues.',
    ].join('\n'),
  );
}

async function finish(
  options: Options,
  { name, region }: SynthesizedStack,
  reader: Reader,
  around: Surroundings,
): Promise<number> {
  around.print('\n== Write the target file');
  const out = path.join(around.folder, '.tidings', 'targets', `${options.environment}.json`);
  const clientId = around.environment['TIDINGS_CLIENT_ID'] || undefined;
  const asked =
    options.targetArguments.includes('--client-id') || clientId === undefined ? [] : ['--client-id', clientId];
  const targetOptions = readTargetOptions(
    ['--stack', name, '--out', out, '--region', region, ...options.targetArguments, ...asked],
    around.environment,
  );
  const stack = await reader.describeStack(name);
  if (stack === undefined) throw new Refused(`${name}: expected the stack that was deployed, found none`);
  await writeTarget(stack, targetOptions, around);
  around.print(`npx tidings <command> --target ${options.environment} reads it.`);

  around.print('\n== Try the hub');
  if (options.skipSmoke) {
    around.print('Left out, as --skip-smoke says.');
    return 0;
  }
  return (await trySmoke(out, around)) ? 0 : 1;
}
