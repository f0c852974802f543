import path from 'node:path';
import { readTarget } from '../acceptance/target.ts';
import { type Deployment, deploy, deployHalfway } from './deployment.ts';
import { Load, type StepFindings } from './load.ts';
import { MARK_HEADER, type WorkingCopy } from './working-copy.ts';

/** What to deploy with. */
export interface ProofOptions {
  /** Options of `npm run deploy`, such as `-c issuer=…` and `--lacks …`. */
  readonly deployArguments: readonly string[];
  /** `key=value` of a `-c` that makes the endpoint refuse a resource in the middle of a deployment. */
  readonly refused: string;
  readonly seed: number;
  readonly print: (line: string) => void;
}

/** A deployment that is under way when another begins is waited for, so long at most. */
const MOST_ATTEMPTS = 30;
const PAUSE_MILLISECONDS = 2000;

/**
 * Deploys again and again, with changed functions, with a resource that is refused, and killed half-way, while producers
 * publish over HTTP and on the buses and sockets listen. After each step every event is compared with the log.
 * @returns what was wrong
 */
export async function prove(copy: WorkingCopy, options: ProofOptions): Promise<readonly string[]> {
  const { deployArguments, refused, print } = options;
  const violations: string[] = [];
  const expect = (what: string, holds: boolean, { output }: Pick<Deployment, 'output'>): void => {
    if (!holds) violations.push(`expected: ${what}. The end of the output:\n${output.slice(-1500)}`);
  };
  const run = async (extra: readonly string[] = [], killAt?: RegExp): Promise<Deployment> => {
    const args = [...deployArguments, ...extra];
    const deployment = await deploy({ folder: copy.folder, args, ...(killAt !== undefined && { killAt }) });
    print(
      `  deploy ${extra.join(' ')} ended with ${deployment.code ?? 'SIGKILL'} after ${deployment.seconds.toFixed(1)} s`,
    );
    return deployment;
  };

  print('1. The first deployment, with its smoke test');
  const first = await run();
  expect('the first deployment goes well', first.code === 0, first);
  if (first.code !== 0) return violations;
  const target = readTarget(path.join(copy.folder, '.tidings', 'targets', 'dev.json'));
  const load = new Load(target, options.seed);
  await load.begin();

  const step = async (title: string, work: () => Promise<void>): Promise<void> => {
    print(title);
    const findings = await load.during(work);
    tell(findings, print);
    violations.push(...findings.violations.map((violation) => `${title}: ${violation}`));
  };
  const answersAs = async (mark: string | null, deployment: Deployment): Promise<void> => {
    const found = (await fetch(`${target.apiUrl}/events`)).headers.get(MARK_HEADER);
    expect(`GET /events is answered by the functions "${mark}", found "${found}"`, found === mark, deployment);
  };

  try {
    await step('2. The same once more: nothing to change', async () => {
      const again = await run(['--skip-smoke']);
      expect('nothing to change', again.code === 0 && again.output.includes('Nothing to change'), again);
      expect('nothing deployed', !again.output.includes('\n== Deploy\n'), again);
    });

    await step('3. Changed functions', async () => {
      copy.change('two');
      const changed = await run();
      expect('the deployment of changed functions goes well', changed.code === 0, changed);
      await answersAs('two', changed);
    });

    await step(`4. Changed functions, and a resource that is refused (-c ${refused})`, async () => {
      copy.change('three');
      // An emulator may not know how to go back. What is half new and half old has to lose nothing either.
      const shown = await run(['--dry-run', '-c', refused]);
      expect('the difference is shown', shown.code === 0, shown);
      const failed = await deployHalfway(copy.folder);
      print(`  cdk deploy --no-rollback ended with ${failed.code} after ${failed.seconds.toFixed(1)} s`);
      expect('a resource is refused', failed.code === 1 && failed.output.includes('UPDATE_FAILED'), failed);
    });

    await step('5. The same without that resource', async () => {
      const repeated = await run(['--no-rollback']);
      expect('the repeated deployment goes well', repeated.code === 0, repeated);
      await answersAs('three', repeated);
    });

    for (const [index, [what, killAt]] of KILLS.entries()) {
      await step(`${6 + index}. Killed ${what}, and repeated until it is done`, async () => {
        const mark = `four-${index}`;
        copy.change(mark);
        const killed = await run(['--skip-smoke'], killAt);
        expect('the process was killed', killed.code === null, killed);
        const repeated = await insistOn(() => run(['--skip-smoke']));
        expect('the repeated deployment goes well', repeated.code === 0, repeated);
        await answersAs(mark, repeated);
      });
    }

    await step('8. The same once more: nothing to change', async () => {
      const last = await run(['--skip-smoke']);
      expect('nothing to change', last.code === 0 && last.output.includes('Nothing to change'), last);
    });
  } finally {
    load.end();
  }
  return violations;
}

/** When the command is killed, by what it has said. */
const KILLS = [
  ['while its files are uploaded', /start: Publishing/],
  ['while the stack is updated', /UPDATE_IN_PROGRESS/],
] as const;

/** Whoever repeats a deployment that was killed may have to wait for what CloudFormation still does of it. */
async function insistOn(run: () => Promise<Deployment>): Promise<Deployment> {
  for (let attempt = 1; ; attempt += 1) {
    const deployment = await run();
    if (!deployment.output.includes('Another deployment is under way') || attempt === MOST_ATTEMPTS) return deployment;
    await new Promise((wake) => setTimeout(wake, PAUSE_MILLISECONDS));
  }
}

function tell(
  { acknowledged, repeated, before, after, delivered, twice, violations }: StepFindings,
  print: (line: string) => void,
) {
  const heads = Object.entries(after).map(([tenant, head]) => `${tenant} ${before[tenant]} → ${head}`);
  print(
    `  ${acknowledged} events acknowledged (${repeated} sent again), log: ${heads.join(', ')}; ${delivered} deliveries to ` +
      `sockets, so far ${twice} of them twice; ${violations.length} violations`,
  );
}
