import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The header in which a changed function of the HTTP API says which change it has. */
export const MARK_HEADER = 'x-tried-change';

/** Functions that are changed: what takes, what stores, what delivers and what reads events. */
const CHANGED = ['ingest-events', 'store-events', 'fan-out', 'query-api'] as const;

/** A copy of the repository, whose functions can be changed and whose deployments leave nothing in the original. */
export class WorkingCopy {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    for (const file of files.split('\n').filter((one) => one !== '' && existsSync(path.join(ROOT, one)))) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      cpSync(path.join(ROOT, file), path.join(folder, file));
    }
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  }

  /** Puts a new version around functions: it does what the first one did, and HTTP answers say which version it is. */
  change(mark: string): void {
    for (const name of CHANGED) {
      const handler = path.join(this.folder, 'lambdas', name, 'handler.ts');
      const first = path.join(this.folder, 'lambdas', name, 'first-handler.ts');
      if (!existsSync(first)) renameSync(handler, first);
      writeFileSync(
        handler,
        `import { handler as first } from './first-handler.ts';
export async function handler(event: never, context: never): Promise<unknown> {
  const answer: any = await first(event, context);
  if (answer?.statusCode === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, '${MARK_HEADER}': '${mark}' } };
}
`,
      );
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
