import { type FaultKind, type Faults, seededFaults } from '../../sandbox/faults.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

/**
 * The sandbox as a process that is there to be killed: what `npm start -- --data … --faults …` starts, which tells
 * its parent of each fault when it strikes, because nobody can ask it any more when it is dead.
 */

/** What this process is started with, as JSON in its first argument. */
export interface HubSettings {
  readonly port: number;
  readonly data: string;
  readonly assembly: string;
  readonly stateFolder: string;
  /** Seed of the faults of this life. */
  readonly faults: string;
  /** Seconds. */
  readonly visibilityTimeout: number;
}

/** What it tells. */
export type HubMessage = { readonly kind: 'up' } | { readonly kind: 'struck'; readonly fault: FaultKind };

const tell = (message: HubMessage): void => void process.send?.(message);

/** The same faults, each told when it strikes. */
function told(faults: Faults): Faults {
  return {
    strikes(fault) {
      const strikes = faults.strikes(fault);
      if (strikes) tell({ kind: 'struck', fault });
      return strikes;
    },
    choose: (fault, below) => faults.choose(fault, below),
    struck: faults.struck,
  };
}

const { faults: seed, ...settings } = JSON.parse(process.argv[2] ?? '{}') as HubSettings;
// Nobody is left to stop it.
process.once('disconnect', () => process.exit(1));
const sandbox = await startSandbox({ ...settings, faults: told(seededFaults(seed)) });
process.once('SIGINT', () => {
  sandbox.end().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
tell({ kind: 'up' });
