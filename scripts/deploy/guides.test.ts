import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS } from '../../lib/environments.ts';
import { codeBlocks } from '../../test/package/code-blocks.ts';
import { createApp, type Resource, resources, synthesize } from '../../test/synth/synthesize.ts';
import { readOptions } from './options.ts';

const read = (name: string): string => readFileSync(path.join(import.meta.dirname, '../../docs', name), 'utf8');

const actionsPage = read('github-actions.md');
const awsPage = read('deploy-to-aws.md');

/** The CDK leaves the partition to whoever assumes the role. */
const PARTITION = /\$\{AWS::Partition\}/;

/** The fenced block whose first line is this. */
function block(page: string, info: string): string {
  const [, text] = new RegExp(`^\`\`\`${info}\\n(.*?)^\`\`\``, 'ms').exec(page) ?? [];
  if (text === undefined) throw new Error(`expected a block that begins with ${info}`);
  return text;
}

interface Policy {
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Resource?: string | readonly string[];
    readonly Principal?: { readonly Federated: string };
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  }[];
}

const policy = (name: string): Policy => JSON.parse(block(actionsPage, `json ${name}`)) as Policy;
const resourcesOf = ({ Statement }: Policy): readonly string[] => Statement.flatMap(({ Resource = [] }) => Resource);

/** GitHub's own parser, which imports JSON as bundlers do, and not as Node.js does. */
async function loadParser(): Promise<typeof import('@actions/workflow-parser')> {
  const folder = mkdtempSync(path.join(tmpdir(), 'workflow-parser-'));
  const outfile = path.join(folder, 'parser.mjs');
  const contents = "export * from '@actions/workflow-parser'";
  const stdin = { contents, resolveDir: import.meta.dirname };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { convertWorkflowTemplate, parseWorkflow } = await loadParser();

describe('docs/github-actions.md', () => {
  const silent = { error: () => {}, info: () => {}, verbose: () => {} };
  const parsed = parseWorkflow({ name: 'deploy.yml', content: block(actionsPage, 'yaml') }, silent);

  it('shows a workflow that GitHub takes', () => {
    expect(parsed.context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  it('shows the parser that tells a bad workflow from a good one', () => {
    const content = block(actionsPage, 'yaml').replace('runs-on:', 'run-on:');
    expect(parseWorkflow({ name: 'deploy.yml', content }, silent).context.errors.getErrors()).not.toEqual([]);
  });

  it('gives tokens of AWS only to jobs that need them, and never to a pull request', async () => {
    if (parsed.value === undefined) throw new Error('expected a workflow');
    const { jobs, events } = await convertWorkflowTemplate(parsed.context, parsed.value);
    expect(Object.keys(events)).toEqual(['push', 'workflow_dispatch']);
    const ids = jobs.map(({ id }) => id.value);
    expect(ids).toEqual(['check', 'difference', 'deploy']);
    const yaml = block(actionsPage, 'yaml');
    expect(yaml.match(/id-token: write/g)).toHaveLength(2);
    expect(yaml.slice(yaml.indexOf('  check:'), yaml.indexOf('  difference:'))).not.toContain('id-token');
  });

  it('offers the environments that there are, and calls the command as it can be called', () => {
    const [, options = ''] = /options: \[(.*)\]/.exec(block(actionsPage, 'yaml')) ?? [];
    expect(options.split(', ')).toEqual(Object.keys(ENVIRONMENTS));
    expect(readOptions(['prod', '--dry-run'])).toMatchObject({ dryRun: true });
    expect(readOptions(['prod', '--allow-destructive'])).toMatchObject({ allowDestructive: true });
    const calls = [...block(actionsPage, 'yaml').matchAll(/npm run deploy -- (.*)/g)].map(([, rest]) => rest);
    expect(calls).toEqual(['"$ENVIRONMENT" --dry-run', '"$ENVIRONMENT" $ALLOW']);
  });

  it('trusts exactly one repository, and one environment or branch of it', () => {
    const subjects = ['trust-deployer', 'trust-reader'].map((name) => {
      const [statement, ...others] = policy(name).Statement;
      expect(others).toEqual([]);
      expect(statement?.Principal?.Federated).toMatch(/oidc-provider\/token\.actions\.githubusercontent\.com$/);
      expect(Object.keys(statement?.Condition ?? {})).toEqual(['StringEquals']);
      const { StringEquals = {} } = statement?.Condition ?? {};
      expect(StringEquals['token.actions.githubusercontent.com:aud']).toBe('sts.amazonaws.com');
      return StringEquals['token.actions.githubusercontent.com:sub'];
    });
    expect(subjects).toEqual(['repo:ORG/REPO:environment:prod', 'repo:ORG/REPO:ref:refs/heads/main']);
  });

  it('lets its roles become those that the synthesized stack asks for, and no other', () => {
    const { app, stack } = createApp('prod');
    const assembly = app.synth();
    const artifact = assembly.getStackArtifact(stack.artifactId);
    const files = JSON.parse(readFileSync(path.join(assembly.directory, `${stack.artifactId}.assets.json`), 'utf8'));
    const publishers = [...JSON.stringify(files).matchAll(/"assumeRoleArn":"([^"]+)"/g)].map(([, arn = '']) => arn);
    const lookup = (artifact.manifest.properties as { lookupRole?: { arn: string } }).lookupRole?.arn ?? '';
    const needed = new Set([artifact.assumeRoleArn ?? '', lookup, ...publishers]);
    const named = [...needed].map((arn) => arn.replace(PARTITION, 'aws')).sort();
    expect(resourcesOf(policy('may-deploy'))).toEqual(named);
    expect(policy('may-deploy').Statement.map(({ Action }) => Action)).toEqual(['sts:AssumeRole']);
  });

  it('lets whoever shows the difference read the stack by the two requests that it takes, and nothing else', () => {
    const reader = readFileSync(path.join(import.meta.dirname, 'cloud.ts'), 'utf8');
    const requests = [...reader.matchAll(/client\.send\(new (\w+)Command/g)].map(
      ([, name]) => `cloudformation:${name}`,
    );
    const { account, region } = ENVIRONMENTS['prod'] ?? {};
    expect(policy('may-read').Statement).toEqual([
      {
        Effect: 'Allow',
        Action: requests,
        Resource: `arn:aws:cloudformation:${region}:${account}:stack/tidings-prod/*`,
      },
    ]);
  });
});

/** What an alarm is paid by: each metric that its expression reads. */
function metricsOf({ Properties }: Resource): number {
  const { Metrics = [] } = Properties as { Metrics?: readonly { readonly MetricStat?: unknown }[] };
  return Metrics.length === 0 ? 1 : Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length;
}

describe('docs/deploy-to-aws.md', () => {
  it('calls the command as it can be called', () => {
    const shell = codeBlocks(awsPage).filter(({ language }) => language === 'sh');
    const calls = shell.flatMap(({ text }) => [...text.matchAll(/^npm run deploy -- ([^#\n]+)/gm)]);
    expect(calls.length).toBe(3);
    for (const [, line = ''] of calls) expect(readOptions(line.trim().split(/\s+/))).toBeDefined();
  });

  it('counts what is paid for at rest as the template does', () => {
    const template = synthesize('prod');
    const count = (type: string): number => Object.keys(resources(template, type)).length;
    const alarms = Object.values(resources(template, 'AWS::CloudWatch::Alarm'));
    const metrics = alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0);
    const rows = Object.fromEntries(
      [...awsPage.matchAll(/^\| (\d+) ([a-z ]+?)(?: \(|,| \|)/gm)].map(([, number, what = '']) => [
        what,
        Number(number),
      ]),
    );
    expect(rows).toEqual({
      'metrics of alarms': metrics,
      dashboard: count('AWS::CloudWatch::Dashboard'),
      'event source mappings': count('AWS::Lambda::EventSourceMapping'),
    });
    expect(awsPage).toContain(`(in ${alarms.length} alarms:`);
    const [, total = ''] = /alarms cost \$([\d.]+) a month/.exec(awsPage) ?? [];
    expect(Number(total)).toBeCloseTo(metrics * 0.1, 2);
  });

  it('names no type of resource that is paid for by the hour without saying so', () => {
    const types = new Set(Object.values(resources(synthesize('prod'))).map(({ Type }) => Type));
    // What costs something though nobody uses it, apart from what the page counts. Source: the services' pricing pages.
    const hourly = ['AWS::KMS::Key', 'AWS::WAFv2::WebACL', 'AWS::EC2::NatGateway', 'AWS::DynamoDB::GlobalTable'];
    const provisioned = ['AWS::Lambda::Version', 'AWS::Kinesis::Stream', 'AWS::SecretsManager::Secret'];
    expect([...types].filter((type) => [...hourly, ...provisioned].includes(type))).toEqual([]);
  });
});

describe('docs/deploy-to-an-emulator.md', () => {
  it('calls the command, and the proof that calls it, as they can be called', () => {
    const page = read('deploy-to-an-emulator.md');
    const [deploy, prove] = [/^npm run deploy -- (.+)$/m, /test\/deployed\/main\.ts -- (.+)$/m].map(
      (call) => call.exec(page)?.[1]?.split(' ') ?? [],
    );
    expect(readOptions(deploy ?? [])).toMatchObject({ environment: 'dev' });
    expect(['dev', ...(prove ?? [])]).toEqual(deploy);
  });
});
