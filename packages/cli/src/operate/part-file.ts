import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Claim, claim } from '../../../../scripts/claim.mjs';
import { Failure, UsageError } from '../failure.ts';

/** Bytes that are read at once, from the end backwards. */
const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * A file that appears under its name only when it is whole. Until then it is called `NAME.part`, and lies in the same
 * folder, so that renaming it is one step.
 */
export interface PartFile {
  readonly name: string;
  /** The part's name, relative as the file's is. */
  readonly part: string;
  /** The last line of what was there already, without its end; undefined if there was none. */
  readonly lastLine: string | undefined;
  /** Makes sure that all is on the disk, and gives the file its name. */
  finish(): Promise<void>;
  /** Lets others write it. Whoever dies, however, has done so. */
  release(): void;
}

/**
 * Looks at what is there, and keeps others from writing it meanwhile. A last line that is not whole, as a killed process
 * leaves it, is taken off.
 * @param isResumed whether to go on with a part that is there
 * @throws UsageError when there is something already, or another process is at it
 */
export async function openPartFile(name: string, folder: string, isResumed: boolean): Promise<PartFile> {
  const place = path.resolve(folder, name);
  const part = `${name}.part`;
  await refuseWhole(place, name);
  const own = await claimPart(`${place}.part`, part);
  try {
    // Whoever was at it until now may have finished.
    await refuseWhole(place, name);
    const lastLine = await openPart(`${place}.part`, part, isResumed);
    return { name, part, lastLine, finish: () => finish(place, name, part), release: () => own.release() };
  } catch (error) {
    own.release();
    throw error;
  }
}

async function refuseWhole(place: string, name: string): Promise<void> {
  if (await exists(place)) throw new UsageError(`${name} is there already: remove it, or name another`);
}

/** Two that went on with one part would both write each event. */
async function claimPart(place: string, part: string): Promise<Claim> {
  try {
    // A claim makes the folders that it lies in, and a name that is mistyped is to make none.
    await stat(path.dirname(place));
    const { owner, claim: own } = claim(`${place}.claim`);
    if (own !== undefined) return own;
    throw new UsageError(`${part} is being written by the process ${owner}: wait for it, or name another file`);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new Failure(`cannot write ${part} (${codeOf(cause)})`, { cause });
  }
}

async function openPart(place: string, part: string, isResumed: boolean): Promise<string | undefined> {
  if (!(await exists(place))) return undefined;
  if (isResumed) return await trim(place, part);
  throw new UsageError(`${part} is there, of a command that did not come to its end: pass --resume, or remove it`);
}

async function finish(place: string, name: string, part: string): Promise<void> {
  try {
    const handle = await open(`${place}.part`, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(`${place}.part`, place);
  } catch (cause) {
    throw new Failure(`cannot give ${part} the name ${name} (${codeOf(cause)})`, { cause });
  }
}

/** Cuts a file behind its last whole line. @returns that line */
async function trim(place: string, name: string): Promise<string | undefined> {
  const handle = await open(place, 'r+').catch((cause) => {
    throw new Failure(`cannot go on with ${name} (${codeOf(cause)})`, { cause });
  });
  try {
    const { size } = await handle.stat();
    const end = await lastNewline(handle, size);
    if (end === undefined) {
      await handle.truncate(0);
      return undefined;
    }
    if (end + 1 < size) await handle.truncate(end + 1);
    const start = ((await lastNewline(handle, end)) ?? -1) + 1;
    const line = Buffer.alloc(end - start);
    await handle.read(line, 0, line.length, start);
    return line.toString();
  } finally {
    await handle.close();
  }
}

/** Where the last newline before a position is. */
async function lastNewline(handle: FileHandle, before: number): Promise<number | undefined> {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let end = before; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const found = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (found >= 0) return start + found;
    end = start;
  }
  return undefined;
}

const exists = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false,
  );

const codeOf = (cause: unknown): unknown => (cause instanceof Error && 'code' in cause ? cause.code : cause);
