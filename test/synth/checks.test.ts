import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../lib/environment.ts';
import { ENVIRONMENTS, selectEnvironments } from '../../lib/environments.ts';
import { createApp, schemasOf } from './synthesize.ts';

const names = Object.keys(ENVIRONMENTS);
const hasCfnLint = spawnSync('cfn-lint', ['--version']).status === 0;

const configured = (name: string): Environment['console'] => selectEnvironments({ environment: name })[0]?.console;

/** Everything that an environment may add to protect itself. */
const PROTECTED = {
  encryptionKey: 'arn:aws:kms:eu-north-1:333333333333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  webAcl: 'arn:aws:wafv2:us-east-1:333333333333:global/webacl/hub/1234abcd-12ab-34cd-56ef-1234567890ab',
  reservedConcurrency: { 'store-events': 100, 'fan-out': 100, socket: 50 },
} satisfies Partial<Environment>;

/** A console as an environment may have it at most. */
const WITH_CONSOLE = {
  console: {
    clientId: 'tidings-console',
    domainName: 'console.example.com',
    certificate: 'arn:aws:acm:us-east-1:333333333333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab',
  },
} satisfies Partial<Environment>;

describe.each([
  ...names.map((name) => ({ title: name, name, changes: {} })),
  { title: 'prod with key, firewall and reservations', name: 'prod', changes: PROTECTED },
  { title: 'prod with a console of its own domain', name: 'prod', changes: WITH_CONSOLE },
])('the template of $title', ({ name, changes }) => {
  const create = () => createApp(name, undefined, undefined, { console: configured(name), ...changes });

  it('leaves cdk-nag no finding that is not acknowledged', () => {
    const { app } = create();
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it('passes the checks of the CDK', { timeout: 120_000 }, () => {
    const { app } = create();
    process.env['CDK_VALIDATION'] = 'true';
    try {
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      expect(() => app.synth()).not.toThrow();
    } finally {
      process.env['CDK_VALIDATION'] = 'false';
    }
  });

  // W3005: the CDK writes dependencies down that follow from references as well.
  it.skipIf(!hasCfnLint)('passes cfn-lint (skipped where cfn-lint is not installed)', { timeout: 120_000 }, () => {
    const { app, stack } = create();
    const file = path.join(app.synth().directory, stack.templateFile);
    const { stdout, status } = spawnSync('cfn-lint', ['-i', 'W3005', '--', file], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  it('needs no account or region but its own', () => {
    const { stack } = create();
    expect(/^\d{12}$/.test(stack.account)).toBe(name !== 'dev');
  });

  it('has the outputs that a client needs', () => {
    const { app, stack } = create();
    const template = JSON.parse(readFileSync(path.join(app.synth().directory, stack.templateFile), 'utf8'));
    expect(Object.keys(template.Outputs).sort()).toEqual([
      'ApiUrl',
      'Audience',
      'BusNames',
      'ConnectionsTable',
      ...('webAcl' in changes ? ['ConnectionsUrl'] : []),
      ...('console' in changes || configured(name) !== undefined ? ['ConsoleUrl'] : []),
      'DoorbellDeadLettersUrl',
      'DoorbellQueueUrl',
      'EventLogTable',
      'IntakeDeadLettersUrl',
      'IntakeQueueUrl',
      'IntakeUndeliverableUrl',
      'Issuer',
      'Region',
      'SocketUrl',
    ]);
  });
});

describe('mistakes', () => {
  it('refuses a bundle that is not there, and says how to make it', () => {
    const missing = path.join(schemasOf(), 'nothing');
    expect(() => createApp('dev', undefined, missing)).toThrow(
      `${missing}/ingest-events: found no index.js, expected the bundle of ingest-events. Make it with npx tsx scripts/bundle.ts`,
    );
  });

  it.each([
    ['Bank', 'the name of a module: a lower-case letter'],
    ['bank.transactions', 'the name of a module: a lower-case letter'],
    ['9lives', 'the name of a module: a lower-case letter'],
  ])('refuses the module folder %s', (folder, expected) => {
    const refused = () => createApp('dev', schemasOf('bank', folder));
    expect(refused).toThrow(`found the folder "${folder}"`);
    expect(refused).toThrow(expected);
  });

  it('refuses a schemas folder without modules', () => {
    expect(() => createApp('dev', schemasOf())).toThrow('found no folder, expected one per module');
  });

  it('prints one line without a stack trace and exits with 1', { timeout: 30_000 }, () => {
    const app = fileURLToPath(new URL('../../bin/tidings.ts', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', app], {
      encoding: 'utf8',
      env: { ...process.env, CDK_CONTEXT_JSON: '{"environment":"preprod"}' },
    });
    expect(stderr).toBe('environment: found "preprod", expected one of dev, pre-prod, prod. Did you mean pre-prod?\n');
    expect(status).toBe(1);
  });
});
