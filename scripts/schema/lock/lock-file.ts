import { readFileSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../write-file.ts';
import { formatLock, LOCK_NAME, type Lock, LockRefused, parseLock } from './lock-text.ts';

/** A lock as it was read, and the text that it was read from; `undefined` where there is no lock yet. */
export interface ReadLock {
  readonly lock: Lock;
  readonly text: string | undefined;
}

/** @throws LockRefused if the file is there but cannot be trusted */
export function readLock(schemas: string): ReadLock {
  const text = textOf(path.join(schemas, LOCK_NAME));
  return { text, lock: text === undefined ? new Map() : parseLock(text) };
}

/**
 * Writes a lock as a whole or not at all.
 *
 * @returns whether it was written: not if the lock is no longer the one that `read` was made from
 */
export function writeLock(schemas: string, lock: Lock, read: ReadLock): boolean {
  const file = path.join(schemas, LOCK_NAME);
  if (textOf(file) !== read.text) return false;
  replaceFile(file, formatLock(lock));
  return true;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
    if (code === 'ENOENT') return undefined;
    if (code === undefined) throw cause;
    throw new LockRefused('LOCK_UNREADABLE', `cannot read the file (${code})`);
  }
}
