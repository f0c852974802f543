import { startEngine } from '../../sandbox/dynamodb-engine.ts';
import type { Bench, BenchContext, BenchResult, Finding } from './bench.ts';
import { startConnectionsEndpoint } from './connections-endpoint.ts';
import { startMeteredEndpoints } from './cost/metered-endpoints.ts';
import { workload } from './cost/workload.ts';
import { FIRST_TENANT, membersOf, type Outcome, type Scenario } from './peers/scenario.ts';
import { chatSample, graphqlSubscriptions, type Stage, type Subject, tidings } from './peers/subjects.ts';
import { connect } from './peers/tables.ts';

const SCENARIOS: readonly Scenario[] = [
  { connections: 10, tenants: 1, events: 10 },
  { connections: 1000, tenants: 1, events: 10 },
  { connections: 1000, tenants: 100, events: 10 },
  { connections: 10_000, tenants: 1, events: 2 },
  { connections: 10_000, tenants: 100, events: 2 },
];

const SUBJECTS: readonly ((stage: Stage) => Promise<Subject>)[] = [
  (stage) => tidings(stage, 'Tidings, one event at a time', 1),
  (stage) => tidings(stage, 'Tidings, as they come together', 10),
  graphqlSubscriptions,
  chatSample,
];

/** `peers`: the fan-out of others, beside ours. */
export const bench: Bench = {
  name: 'peers',
  title: 'Fan-out beside others built on API Gateway',
  method:
    'The same events of one tenant for the same connections, one in a hundred of them gone, through the deployed function ' +
    '`fan-out`, the package `graphql-lambda-subscriptions` as its README sets it up, and the approach of AWS’s chat sample. Each ' +
    'runs in a process of its own against the same DynamoDB engine and the same endpoint for `@connections`, which count.',
  isGuarded: false,
  run: measure,
};

async function measure({ isQuick, progress }: BenchContext): Promise<BenchResult> {
  const scenarios = isQuick ? SCENARIOS.filter(({ connections }) => connections <= 10) : SCENARIOS;
  const findings: Finding[] = [];
  const rows: string[][] = [];
  for (const scenario of scenarios) {
    const { connections, tenants, events } = scenario;
    const where = `${connections.toLocaleString('en-US')} connections of ${tenants} ${tenants === 1 ? 'tenant' : 'tenants'}`;
    for (const create of SUBJECTS) {
      const outcome = await runSubject(scenario, create, (name) => progress(`${where}: ${name}`));
      const each = (value: number): string => (value / events).toLocaleString('en-US', { maximumFractionDigits: 1 });
      rows.push([
        where,
        outcome.name,
        each(outcome.posts),
        each(outcome.reads),
        each(outcome.readUnits),
        `${each(outcome.processorSeconds * 1000)} ms`,
        each(outcome.failures),
        each(outcome.wrong),
        each(outcome.missed),
      ]);
      if (!outcome.name.startsWith('Tidings')) continue;
      for (const [what, value] of [
        ['wrong deliveries', outcome.wrong],
        ['failures', outcome.failures],
        ['missed deliveries', outcome.missed],
      ] as const) {
        findings.push({ what: `${what}, ${outcome.name}, ${where}`, value, unit: 'of all', limit: { most: 0 } });
      }
    }
  }
  return {
    findings,
    tables: [
      {
        title: 'For each event',
        rows: [['', '', 'posts', 'reads', 'read units', 'processor', 'failures', 'wrong', 'missed'], ...rows],
      },
    ],
    notes: [
      'Posts include those to connections that are gone, which the hub and the chat sample forget after the first.',
      'Wrong: messages to connections of other tenants. The chat sample has no tenants, and does not claim to.',
      'A failure is an event whose fan-out ended in an error: the package rejects a publish when any connection is gone, so whoever awaits it, as a function does, retries and delivers twice, or loses what had not been sent.',
      'Processor time is of the whole process while it fans out, its start left out; with ten connections, most of it is code that runs for the first time.',
      'Where another is ahead: for one event by itself the hub asks for position, head, ledger, connections and event, and the others for their list alone. A connection that carries its claims and its filter is larger than an id, so a list of ten thousand takes more read units than the sample’s; that is under one percent of what their posts cost.',
      'The others deliver only: no order, no history, no audience. Reading what happened meanwhile is part of the hub’s reads.',
    ],
  };
}

async function runSubject(
  scenario: Scenario,
  create: (stage: Stage) => Promise<Subject>,
  progress: (name: string) => void,
): Promise<Outcome> {
  const engine = await startEngine();
  const tables = await startMeteredEndpoints(engine.endpoint);
  const sockets = await startConnectionsEndpoint(true);
  const client = connect(engine.endpoint);
  const members = membersOf(scenario);
  try {
    const subject = await create({ client, tables, socketEndpoint: sockets.url, members });
    progress(subject.name);
    await sockets.counts();
    const before = { ...tables.usage };
    const events = workload(scenario.events, 1024, 1).map((event) => {
      const { organizationids: _all, ...rest } = event;
      return { ...rest, tenantid: FIRST_TENANT };
    });
    const failures = await subject.send(events);
    const { delivered, gone, byConnection } = await sockets.counts();
    const { processorTotal } = await subject.running.stop();
    const own = members.filter(({ tenant, isGone }) => tenant === FIRST_TENANT && !isGone);
    const ofOthers = members.filter(({ tenant }) => tenant !== FIRST_TENANT);
    const posted = (ids: readonly { readonly id: string }[]): number =>
      ids.reduce((sum, { id }) => sum + (byConnection[id] ?? 0), 0);
    return {
      name: subject.name,
      posts: delivered + gone,
      reads: tables.usage.readRequests - before.readRequests,
      readUnits: tables.usage.readUnits - before.readUnits,
      processorSeconds: processorTotal,
      failures,
      wrong: posted(ofOthers),
      missed: own.filter(({ id }) => (byConnection[id] ?? 0) === 0).length,
    };
  } finally {
    client.destroy();
    await Promise.all([tables.stop(), sockets.stop(), engine.end()]);
  }
}
