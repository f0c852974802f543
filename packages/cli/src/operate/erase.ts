import { setTimeout as pause } from 'node:timers/promises';
import { describe } from '@tidings/contracts';
import { countLetters } from '../../../../lambdas/core/operations/letter-round.ts';
import { defineCommand } from '../command.ts';
import { Failure, Stopped } from '../failure.ts';
import { Progress } from '../progress.ts';
import { printTable } from '../table.ts';
import { say, statusFor } from '../terminal.ts';
import { openAws } from './aws.ts';
import { CONFIRMATION_OPTIONS, isConfirmed, requireSomebodyToAsk } from './confirm.ts';
import { CREDENTIALS_NOTE, DEPLOYMENT_OPTIONS, JSON_OUTPUT, readDeployment } from './deployment.ts';
import { countRemains, type Erased, type Erasure, erase as eraseTenant } from './erasure.ts';
import { readHead, readTenant, unknownTenant } from './tenant-state.ts';

/** What is erased → how it is called. */
const NAMES: Readonly<Record<keyof Erased, string>> = {
  events: 'events',
  ledgerEntries: 'ledger entries',
  subscriptions: 'durable subscriptions',
  connections: 'sockets, which are closed',
  slots: 'counts of sockets',
  deadLetters: 'dead letters',
  counters: 'head and fan-out position',
  strays: 'events without a ledger entry',
};

const KINDS = Object.keys(NAMES) as readonly (keyof Erased)[];

export const erase = defineCommand({
  name: 'erase',
  summary: 'remove everything of a tenant, on request and for good',
  usage: '--tenant TENANT [options]',
  details: [
    'Removes events, ledger, durable subscriptions with their cursors, sockets, dead letters and, at last, the head. Other',
    'tenants are not touched. Stop its producers and take its access away before; docs/repairing.md says what else holds',
    'its data for a while. Ended in the middle, the same command goes on. Asks before, at a terminal; elsewhere it takes',
    '--yes.',
    ...CREDENTIALS_NOTE,
  ],
  examples: [
    'tidings erase --tenant acme --dry-run',
    'tidings erase --tenant acme',
    'tidings erase --tenant acme --yes --json',
  ],
  options: {
    tenant: { type: 'string', value: 'TENANT', summary: 'whom to erase' },
    'dry-run': { type: 'boolean', summary: 'count what would be removed, and remove nothing' },
    thorough: {
      type: 'boolean',
      summary: 'read the whole table, for events past their time that DynamoDB has not deleted yet',
    },
    ...CONFIRMATION_OPTIONS,
    quiet: { type: 'boolean', short: 'q', summary: 'say nothing of how far it has come' },
    ...JSON_OUTPUT,
    ...DEPLOYMENT_OPTIONS,
  },
  mostPositionals: 0,
  async run(given, terminal) {
    const tenant = readTenant(given.text('tenant'), 'erase');
    const isDry = given.flag('dry-run');
    requireSomebodyToAsk(isDry || given.flag('yes'), 'the tenant may be erased', terminal);
    const deployment = await readDeployment(given.text('target'), terminal);
    const aws = await openAws(deployment);
    const head = await readHead(aws.tables, deployment.tables.eventLog, tenant);
    const progress = new Progress(terminal);
    const stop = terminal.untilStopped();
    const erasure: Erasure = {
      aws,
      deployment,
      tenant,
      isThorough: given.flag('thorough'),
      isDry,
      stop,
      pause: (milliseconds) => pause(milliseconds),
      onProgress(through, events) {
        if (!given.flag('quiet')) progress.update({ done: through, total: head?.sequence ?? through, events });
      },
    };
    const mayBeKnown =
      head !== undefined || isDry || erasure.isThorough || (await countLetters(aws.queues, deployment.queues)) > 0;
    if (!mayBeKnown && (await countRemains(erasure)) === 0) throw unknownTenant(tenant, deployment);
    const facts = `Everything of the tenant ${describe(tenant)} is removed for good, from the hub of ${deployment.file}: its log has come to ${head?.sequence ?? 0}.`;
    if (!(await isConfirmed(isDry || given.flag('yes'), { facts, word: tenant }, terminal))) {
      say(terminal, 'tidings: nothing is erased');
      return 1;
    }
    const erased = await eraseTenant(erasure)
      .catch((error: unknown) => {
        progress.clear();
        if (error instanceof Stopped) statusFor(terminal)('stopped; to go on, repeat the command');
        throw error;
      })
      .finally(() => progress.clear());
    if (KINDS.every((kind) => erased[kind] === 0)) throw unknownTenant(tenant, deployment);
    if (given.flag('json')) terminal.output.write(`${JSON.stringify({ tenant, dryRun: isDry, ...erased }, null, 2)}\n`);
    else {
      const rows = KINDS.filter((kind) => erased[kind] > 0).map((kind) => [String(erased[kind]), NAMES[kind]]);
      printTable(terminal, [isDry ? 'WOULD GO' : 'ERASED', 'WHAT'], rows);
    }
    const remains = isDry ? 0 : await countRemains(erasure);
    if (remains === 0) return 0;
    throw new Failure(`${remains} rows of the tenant are new: somebody connects or sends in its name`, {
      notes: ['Stop its producers, take its access away, and repeat the command'],
    });
  },
});
