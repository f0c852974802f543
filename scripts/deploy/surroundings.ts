import type { Cloud, CloudPlace } from './cloud.ts';
import type { Runner } from './runner.ts';

/** Where the command reads, speaks and acts. Tests bring their own. */
export interface Surroundings {
  /** The repository: processes run here, and the target file is written below it. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Runs a process to its end. */
  readonly run: Runner;
  readonly openCloud: (place: CloudPlace) => Cloud;
  /** Asks a person; absent where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}
