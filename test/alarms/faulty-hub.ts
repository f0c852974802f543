import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Template } from 'aws-cdk-lib/assertions';
import { DEFAULT_LIMITS } from '../../lib/operations.ts';
import type { FaultKind, Faults } from '../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { bundle } from '../../scripts/bundle.ts';
import { newKey, signed, startIssuer, toJwk } from '../security/local-issuer.ts';
import { createApp } from '../synth/synthesize.ts';
import { type EmfLine, isEmf } from './metric-store.ts';

const SCHEMAS = fileURLToPath(new URL('../../schemas', import.meta.url));
const CLAIMS = { tenant: 'tenant_id', organizations: 'org_id', roles: 'roles', subject: 'sub', scope: 'scope' };
/** Nobody answers there. */
const DEAD_ISSUER = 'http://127.0.0.1:9';

/** A hub of the real functions whose faults a test switches on and off. */
export interface FaultyHub extends Pick<Sandbox, 'target' | 'dropSockets'> {
  readonly template: Template;
  readonly aws: { readonly region: string; readonly endpoint: string; readonly credentials: typeof CREDENTIALS };
  readonly sqs: SQSClient;
  /** A token for a user of a tenant; of an issuer that does not answer if asked for. */
  tokenFor(tenant: string, issuer?: 'answering' | 'dead'): string;
  /** Strikes so many times out of a hundred, until the next call. */
  setFaults(percent: Readonly<Partial<Record<FaultKind, number>>>): void;
  /** All metrics that functions have written so far, in the order of each function. */
  emitted(): readonly EmfLine[];
  end(): Promise<void>;
}

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

/** Synthesizes the stack, and serves exactly that template: its alarms are what the test evaluates. */
export async function startFaultyHub(): Promise<FaultyHub> {
  const key = newKey('alarms');
  const issuer = await startIssuer({ keys: [toJwk(key)] });
  const folder = mkdtempSync(path.join(tmpdir(), 'tidings-alarms-'));
  const bundles = path.join(folder, 'lambdas');
  await bundle({ outputFolder: bundles });
  const issuers = [issuer.url, DEAD_ISSUER].map((url) => ({
    issuer: url,
    audience: 'tidings',
    algorithms: ['RS256' as const],
    claims: CLAIMS,
  }));
  const changes = { issuers, limits: { ...DEFAULT_LIMITS, socketsPerUser: 1 } };
  const { app, stack } = createApp('dev', SCHEMAS, bundles, changes);
  const assembly = app.synth().directory;
  const faults = new SwitchedFaults();
  const logs = path.join(folder, 'logs');
  const sandbox = await startSandbox({ port: 0, assembly, stateFolder: folder, logs, faults, visibilityTimeout: 1 });
  const { target } = sandbox;
  const aws = { region: target.region, endpoint: target.awsEndpointUrl, credentials: CREDENTIALS };
  return {
    target,
    aws,
    template: Template.fromJSON(JSON.parse(readFileSync(path.join(assembly, stack.templateFile), 'utf8'))),
    sqs: new SQSClient(aws),
    dropSockets: () => sandbox.dropSockets(),
    setFaults: (percent) => {
      faults.percent = percent;
    },
    emitted: () => readdirSync(logs).flatMap((file) => readEmitted(path.join(logs, file))),
    tokenFor: (tenant, from = 'answering') =>
      signed(
        key,
        { typ: 'at+jwt' },
        {
          iss: from === 'dead' ? DEAD_ISSUER : issuer.url,
          aud: 'tidings',
          exp: Math.floor(Date.now() / 1000) + 600,
          sub: 'nina',
          tenant_id: tenant,
          scope: 'bank community events:read subscriptions:write',
        },
      ),
    async end() {
      await sandbox.end();
      await issuer.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The last line of a log may still be on its way. */
function readEmitted(file: string): readonly EmfLine[] {
  const text = readFileSync(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(isEmf);
}

/** Faults that strike evenly: of a hundred opportunities as many as are asked for, spread over them. */
class SwitchedFaults implements Faults {
  percent: Readonly<Partial<Record<FaultKind, number>>> = {};
  readonly struck = {};
  readonly #owed = new Map<FaultKind, number>();

  strikes(kind: FaultKind): boolean {
    const owed = (this.#owed.get(kind) ?? 0) + (this.percent[kind] ?? 0);
    this.#owed.set(kind, owed % 100);
    return owed >= 100;
  }

  choose(): number {
    return 0;
  }
}
