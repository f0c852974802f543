import { readFileSync } from 'node:fs';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Call, callsOf } from '../../sandbox/access/calls.ts';
import { needs } from './capabilities.ts';
import { newEvent, newTenant } from './events.ts';
import { publish, waitForHead } from './hub.ts';
import { buryGoodEvents, Operator } from './operator.ts';
import { openReceiver } from './socket-client.ts';
import { waitFor } from './wait.ts';

const it = needs('aws-endpoint');

const page = readFileSync(new URL('../../docs/repairing.md', import.meta.url), 'utf8');
const blocksOf = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block.trim());

interface Policy {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

const policy = JSON.parse(blocksOf('json')[0] ?? '') as Policy;

/** Where the policy of the page applies. */
const AT = {
  stackName: 'tidings-dev',
  region: 'eu-north-1',
  accountId: '111122223333',
  awsEndpointUrl: '',
  apiHost: '',
  consoleHost: '',
};

let operator: Operator;

beforeAll(async () => {
  operator = await Operator.begin();
});

afterAll(() => operator.end());

describe('docs/repairing.md', () => {
  it('says only what can be typed, one after the other', async () => {
    expect(blocksOf('sh').length).toBeGreaterThan(5);
    for (const block of blocksOf('sh')) {
      // What was published is there a moment later.
      const { code, output, messages } = await waitFor(`${block} to work`, async () => {
        const ended = await operator.folder.bash(block);
        return ended.code === 0 || !ended.messages.includes('knows nothing of a tenant') ? ended : undefined;
      });
      expect(code, `${block}\n${output}\n${messages}`).toBe(0);
    }
  });

  it('has a policy that permits every call of every command, and nothing that none of them does', async () => {
    const tenant = newTenant('policy');
    await publish([newEvent(tenant)]);
    await waitForHead(tenant, 1);
    await buryGoodEvents(tenant, 2);
    await openReceiver({ tenant, user: 'ada' });
    operator.proxy.calls.length = 0;
    for (const command of [
      'dlq list',
      `dlq show intake --tenant ${tenant}`,
      `dlq redrive intake --tenant ${tenant} --limit 1 --yes`,
      `dlq purge intake --tenant ${tenant} --yes`,
      'connections',
      `connections --tenant ${tenant}`,
      `tenant ${tenant}`,
      `export --tenant ${tenant}`,
      `erase --tenant ${tenant} --thorough --yes`,
    ]) {
      const { code, messages } = await operator.tidings(...command.split(' '));
      expect(code, `${command}: ${messages}`).toBe(0);
    }
    const closed = operator.sockets.calls.filter(({ action }) => /^DELETE \/[^/]+\/@connections\//.test(action));
    expect(closed.length).toBeGreaterThan(0);
    const calls = [
      ...operator.proxy.calls.flatMap(({ service, action, body }) =>
        callsOf(service, action, JSON.parse(body.toString()), AT),
      ),
      ...closed.map(({ action }) => socketCall(action)),
    ];
    const missing: string[] = [];
    for (const call of uniqueCalls(calls)) {
      if (!(await isAllowed(call))) missing.push(`${call.action} on ${call.resource}`);
    }
    expect(missing).toEqual([]);
    const made = new Set(calls.map(({ action }) => action));
    const unused = policy.Statement.flatMap(({ Action }) => Action).filter((action) => !made.has(action));
    expect(unused).toEqual([]);
  });
});

/** Source: API Gateway developer guide, "Using IAM authorization" with WebSocket APIs. */
function socketCall(action: string): Call {
  const [method, path = ''] = action.split(' ');
  const [, stage, ...rest] = path.split('/');
  const resource = `arn:aws:execute-api:${AT.region}:${AT.accountId}:a1b2c3d4e5/${stage}/${method}/${rest.join('/')}`;
  return { action: 'execute-api:ManageConnections', resource };
}

const uniqueCalls = (calls: readonly Call[]): readonly Call[] => [
  ...new Map(calls.map((call) => [`${call.action} ${call.resource}`, call])).values(),
];

async function isAllowed({ action, resource }: Call): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${AT.accountId}:role/operator`,
        action,
        resource: { resource, accountId: AT.accountId },
        contextVariables: {},
      },
      identityPolicies: [{ name: 'operator', policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType !== 'single')
    throw new Error(`${action} on ${resource} cannot be judged: ${answer.resultType}`);
  return answer.overallResult === 'Allowed';
}
