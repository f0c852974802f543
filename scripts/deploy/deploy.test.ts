import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTarget } from '../../test/acceptance/target.ts';
import { STACK_OUTPUTS } from '../fixture/stack-outputs.ts';
import { Refused } from '../target-from-stack-options.ts';
import type { Template } from './changes.ts';
import { runDeploy } from './deploy.ts';
import type { Step } from './runner.ts';

const OUTPUTS = { ...STACK_OUTPUTS, Issuer: 'https://login.example.com' };

const table = { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: ['pk'] }, DeletionPolicy: 'Retain' };
const handler = (S3Key: string) => ({ Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key } } });
const BEFORE: Template = { Resources: { Log: table, Handler: handler('one') } };
const AFTER: Template = { Resources: { Log: table, Handler: handler('two') } };
const WITHOUT_LOG: Template = { Resources: { Handler: handler('two') } };

/** An account with at most one stack, and the processes that act on it. */
interface World {
  deployed: Template | undefined;
  synthesized: Template;
  status: Stack['StackStatus'];
  /** What the credentials are. */
  refusal: Refused | undefined;
  /** How the step whose arguments have this word ends; all others end well. */
  failing: { readonly word: string; readonly tail: string } | undefined;
  answer: string | undefined;
  /** What happens while somebody thinks about the question. */
  meanwhile: () => Promise<void> | void;
  updated: Date;
  isProtected: boolean | undefined;
}

let world: World;
let folder: string;
let said: string[];
let steps: Step[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'deploy-'));
  world = {
    deployed: BEFORE,
    synthesized: AFTER,
    status: 'UPDATE_COMPLETE',
    refusal: undefined,
    failing: undefined,
    answer: undefined,
    meanwhile: () => undefined,
    updated: new Date('2026-01-31T10:00:00Z'),
    isProtected: undefined,
  };
  said = [];
  steps = [];
});

afterEach(() => rm(folder, { recursive: true }));

const describeStack = (name: string): Stack | undefined =>
  world.deployed && {
    StackName: name,
    StackStatus: world.status,
    CreationTime: new Date('2026-01-31T09:30:00Z'),
    LastUpdatedTime: world.updated,
    EnableTerminationProtection: world.isProtected ?? name !== 'tidings-dev',
    Tags: [{ Key: 'application', Value: 'tidings' }],
    Outputs: Object.entries(OUTPUTS).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };

/** What `cdk synth` leaves behind. */
async function writeAssembly(output: string, name: string): Promise<void> {
  await mkdir(output, { recursive: true });
  await writeFile(path.join(output, 'template.json'), JSON.stringify(world.synthesized));
  const artifact = {
    environment: 'aws://123456789012/eu-north-1',
    properties: {
      templateFile: 'template.json',
      terminationProtection: name !== 'tidings-dev',
      tags: { application: 'tidings' },
    },
  };
  await writeFile(path.join(output, 'manifest.json'), JSON.stringify({ artifacts: { [name]: artifact } }));
}

async function run(step: Step): Promise<{ readonly code: number; readonly tail: string }> {
  steps.push(step);
  const { args } = step;
  if (world.failing !== undefined && args.includes(world.failing.word)) return { code: 1, tail: world.failing.tail };
  const name = `tidings-${args.find((one) => one.startsWith('environment='))?.split('=')[1]}`;
  if (args.includes('synth')) await writeAssembly(path.join(folder, args[args.indexOf('--output') + 1] ?? ''), name);
  if (args.includes('deploy')) world.deployed = world.synthesized;
  return { code: 0, tail: '' };
}

const deploy = (...args: readonly string[]): Promise<number> =>
  runDeploy([...args, '--token-url', 'https://login.example.com/token'], {
    folder,
    environment: { TIDINGS_CLIENT_ID: 'smoke', TIDINGS_CLIENT_SECRET: 'secret', TIDINGS_SMOKE_TENANT: 'smoke' },
    print: (line) => said.push(line),
    complain: (line) => said.push(line),
    run,
    openCloud: () => ({
      whoDeploys: async () => {
        if (world.refusal !== undefined) throw world.refusal;
        return { account: '123456789012', arn: 'arn:aws:sts::123456789012:assumed-role/deployer/me' };
      },
      openReader: async ({ region }) => ({
        describeStack: async (name) => (region === 'eu-north-1' ? describeStack(name) : undefined),
        readTemplate: async () => world.deployed ?? {},
      }),
    }),
    ask:
      world.answer === undefined
        ? undefined
        : async () => {
            await world.meanwhile();
            return world.answer ?? '';
          },
  });

const output = (): string => said.join('\n');
const ran = (word: string): boolean => steps.some(({ args }) => args.some((one) => one.includes(word)));
const deployed = (): boolean => steps.some(({ args }) => args.includes('deploy'));

describe('deploying an environment', () => {
  it('builds, checks, shows what changes, deploys it, writes the target and tries the hub, in this order', async () => {
    expect(await deploy('dev'), output()).toBe(0);
    expect(steps.map(({ args }) => args.join(' '))).toEqual([
      expect.stringContaining('scripts/bundle.ts'),
      expect.stringContaining('synth'),
      expect.stringContaining('deploy tidings-dev'),
      expect.stringContaining('test/acceptance/smoke.test.ts'),
    ]);
    expect(output()).toContain('[~] AWS::Lambda::Function Handler');
    const file = path.join(folder, '.tidings/targets/dev.json');
    expect(readTarget(file)).toMatchObject({ apiUrl: OUTPUTS.ApiUrl, clientId: 'smoke' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(steps.at(-1)?.environment).toEqual({ TIDINGS_TARGET: file });
    expect(output()).not.toContain('secret');
  });

  it('leaves the checks of templates on, whatever the shell says, and deploys the very template that it showed', async () => {
    await deploy('dev');
    const cdk = steps.filter(({ args }) => args.some((one) => one.endsWith('cdk')));
    expect(cdk).toHaveLength(2);
    for (const { environment } of cdk) expect(environment).toEqual({ CDK_VALIDATION: undefined });
    const [synth = [], call = []] = cdk.map(({ args }) => args);
    expect(call[call.indexOf('--app') + 1]).toBe(synth[synth.indexOf('--output') + 1]);
  });

  it('passes -c on to the app', async () => {
    expect(await deploy('dev', '-c', 'issuer=https://login.example.org', '-c', 'archiveDays=0')).toBe(0);
    expect(steps[1]?.args.join(' ')).toContain('-c issuer=https://login.example.org -c archiveDays=0');
  });

  it('changes nothing if there is nothing to change, and still tries the hub', async () => {
    world.synthesized = BEFORE;
    expect(await deploy('dev'), output()).toBe(0);
    expect(output()).toContain('Nothing to change');
    expect(deployed()).toBe(false);
    expect(ran('smoke.test.ts')).toBe(true);
  });

  it('deploys nothing the second time', async () => {
    await deploy('dev');
    steps = [];
    expect(await deploy('dev')).toBe(0);
    expect(deployed()).toBe(false);
  });

  it('makes a stack that is not there', async () => {
    world.deployed = undefined;
    world.status = 'CREATE_COMPLETE';
    expect(await deploy('dev'), output()).toBe(0);
    expect(output()).toContain('[+] AWS::DynamoDB::Table Log');
  });

  it('shows and changes nothing with --dry-run', async () => {
    world.synthesized = WITHOUT_LOG;
    expect(await deploy('prod', '--dry-run'), output()).toBe(0);
    expect(output()).toMatch(/would take data away from prod.+Log \(AWS::DynamoDB::Table\) leaves the stack/s);
    expect(output()).toContain('Dry run: nothing was deployed.');
    expect(steps).toHaveLength(2);
    await expect(readFile(path.join(folder, '.tidings/targets/prod.json'))).rejects.toThrow('ENOENT');
  });

  it('leaves the smoke test out with --skip-smoke, and fails if it fails', async () => {
    expect(await deploy('dev', '--skip-smoke')).toBe(0);
    expect(ran('smoke.test.ts')).toBe(false);
    world.failing = { word: 'test/acceptance/smoke.test.ts', tail: '' };
    expect(await deploy('dev')).toBe(1);
    expect(output()).toContain('The environment is deployed, and does not do what it should');
  });
});

describe('a deployment that takes data away', () => {
  beforeEach(() => {
    world.synthesized = WITHOUT_LOG;
  });

  it('from prod is refused where nobody can be asked', async () => {
    expect(await deploy('prod')).toBe(1);
    expect(deployed()).toBe(false);
    expect(output()).toContain('there is no terminal to ask at');
    expect(output()).toContain('--allow-destructive');
  });

  it.each(['', 'y', 'yes', 'pre-prod', 'Prod'])('from prod is refused when %j is typed', async (answer) => {
    world.answer = answer;
    expect(await deploy('prod')).toBe(1);
    expect(deployed()).toBe(false);
    expect(output()).toContain(`Nothing was deployed: expected "prod", found ${JSON.stringify(answer)}.`);
  });

  it('from prod is made when its name is typed', async () => {
    world.answer = ' prod ';
    expect(await deploy('prod'), output()).toBe(0);
    expect(deployed()).toBe(true);
  });

  it('from prod is made when somebody has allowed it beforehand', async () => {
    expect(await deploy('prod', '--allow-destructive'), output()).toBe(0);
    expect(deployed()).toBe(true);
  });

  it('from an environment that was to keep it is refused, also when it is to keep nothing from now on', async () => {
    world.isProtected = true;
    expect(await deploy('dev')).toBe(1);
    expect(deployed()).toBe(false);
    expect(output()).toContain('there is no terminal to ask at');
  });

  it('is not made of a template that came into the folder after the other was shown', async () => {
    world.answer = 'prod';
    world.meanwhile = async () => {
      world.synthesized = { Resources: {} };
      await writeAssembly(path.join(folder, '.tidings/assemblies/prod'), 'tidings-prod');
    };
    expect(await deploy('prod')).toBe(1);
    expect(deployed()).toBe(false);
    expect(said.at(-1)).toContain('is not what was shown any more');
  });

  it('is not made to a stack that somebody else has deployed since it was compared', async () => {
    world.answer = 'prod';
    world.meanwhile = () => {
      world.updated = new Date('2026-01-31T10:05:00Z');
    };
    expect(await deploy('prod')).toBe(1);
    expect(deployed()).toBe(false);
    expect(said.at(-1)).toContain('somebody has deployed tidings-prod since the difference was shown');
  });

  it('from an environment that keeps nothing is made, and said', async () => {
    expect(await deploy('dev')).toBe(0);
    expect(output()).toContain('Log (AWS::DynamoDB::Table)');
    expect(deployed()).toBe(true);
  });
});

describe('what is in the way', () => {
  it.each([
    [['production'], 2, 'found "production", expected one of dev, pre-prod, prod'],
    [['prd'], 2, 'Did you mean prod?'],
    [['prod', '-c', 'issuer=http://127.0.0.1:1'], 2, 'a command line changes dev only'],
    [['dev', '-c', 'archiveDays=-1'], 2, 'dev.archiveDays'],
    [[], 2, 'expected the name of an environment'],
  ])('in the command line %j is said before anything is done', async (args, code, message) => {
    expect(await deploy(...args)).toBe(code);
    expect(output()).toContain(message);
    expect(steps).toEqual([]);
  });

  it('in the credentials is said before anything is built', async () => {
    world.refusal = new Refused('There are no AWS credentials.');
    expect(await deploy('dev')).toBe(1);
    expect(said).toEqual(['There are no AWS credentials.']);
    expect(steps).toEqual([]);
  });

  it('in a check stops the deployment', async () => {
    world.failing = { word: 'synth', tail: 'AwsSolutions-IAM5' };
    expect(await deploy('dev')).toBe(1);
    expect(said.at(-1)).toBe('Synthesize and check: failed, see above. Nothing was deployed.');
    expect(deployed()).toBe(false);
  });

  it('in the stack stops the deployment', async () => {
    world.status = 'UPDATE_ROLLBACK_FAILED';
    expect(await deploy('prod')).toBe(1);
    expect(said.at(-1)).toContain('npx cdk rollback tidings-prod -c environment=prod');
    expect(deployed()).toBe(false);
  });

  it('in the account is said with what to do', async () => {
    world.deployed = undefined;
    world.failing = { word: 'deploy', tail: 'Has the environment been bootstrapped?' };
    expect(await deploy('dev')).toBe(1);
    expect(said.at(-1)).toContain('tidings-dev was not deployed, see above; it is not there.');
    expect(said.at(-1)).toContain('npx cdk bootstrap aws://123456789012/eu-north-1 -c environment=dev');
  });

  it('in a resource is gone on from with --no-rollback, even if the template is said to be there already', async () => {
    world.failing = { word: 'deploy', tail: 'UPDATE_FAILED' };
    expect(await deploy('dev', '--no-rollback')).toBe(1);
    expect(steps.at(-1)?.args).toContain('--no-rollback');
    world = { ...world, failing: undefined, status: 'UPDATE_FAILED', deployed: AFTER };
    expect(await deploy('dev', '--skip-smoke')).toBe(1);
    expect(said.at(-1)).toContain('deploy with --no-rollback to go on');
    steps = [];
    await deploy('dev', '--no-rollback', '--dry-run');
    expect(output()).not.toContain('Nothing to change');
  });

  it('in a resource leaves what was there, and the same command does it once that is gone', async () => {
    world.failing = { word: 'deploy', tail: 'CREATE_FAILED' };
    expect(await deploy('dev')).toBe(1);
    expect(said.at(-1)).toContain('run the same command again');
    expect(world.deployed).toBe(BEFORE);
    world.failing = undefined;
    expect(await deploy('dev'), output()).toBe(0);
    expect(world.deployed).toBe(AFTER);
  });
});
