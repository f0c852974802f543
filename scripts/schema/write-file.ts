import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refused } from './refused.ts';

/**
 * Writes a file that must not be there yet: whole or not at all, and never over what somebody else wrote meanwhile.
 * Folders that were missing are made, and taken away again if nothing could be written: an empty one would be a module.
 *
 * @returns whether it was written: not if there is a file already
 * @throws Refused if the folder cannot be written to
 */
export function createFile(file: string, content: string): boolean {
  const folder = path.dirname(file);
  return explained(file, () => {
    const made = mkdirSync(folder, { recursive: true });
    try {
      // A link fails where there is a file; a rename would replace it.
      withTemporary(folder, content, (temporary) => linkSync(temporary, file));
      return true;
    } catch (cause) {
      if (made !== undefined) removeIfEmpty(folder);
      if (codeOf(cause) === 'EEXIST') return false;
      throw cause;
    }
  });
}

/**
 * Writes a file, or replaces it, whole or not at all.
 *
 * @throws Refused if the folder cannot be written to
 */
export const replaceFile = (file: string, content: string): void =>
  explained(file, () => withTemporary(path.dirname(file), content, (temporary) => renameSync(temporary, file)));

/** Nothing here waits, so that no Ctrl-C can come between. The name is one that nobody takes for a schema. */
function withTemporary(folder: string, content: string, use: (temporary: string) => void): void {
  const temporary = path.join(folder, `.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: 'wx' });
    use(temporary);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else has begun to use it.
  }
}

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;

function explained<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    const code = codeOf(cause);
    if (code === undefined) throw cause;
    const why = WHY[code] ?? 'the system refused';
    throw new Refused(`cannot write ${file}: ${why} (${code}). Nothing was written.`, { cause });
  }
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'you may not write to that folder',
  EPERM: 'you may not write to that folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'a part of the path is a file, not a folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
};
