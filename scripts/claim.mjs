/**
 * Claims on a folder: who has one is alone, and whoever dies, however, has lost it. Plain JavaScript without
 * dependencies, because the installation claims its turn before there are any.
 *
 * A claim is an empty file whose name tells process and start of the process, so a process id that the system has given
 * to another one is no owner. Everybody writes a claim first and looks for others then: two at once may both step back,
 * for a moment, and never both go on. Removing the claims of the dead harms nobody, as no name comes twice.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^(\d+)-(.+)$/;
const TRIES = 4;
const LONGEST_PAUSE_MILLISECONDS = 30;

/** Claims a folder for this process; makes it if it is not there. */
export function claim(folder) {
  for (let tries = 1; ; tries += 1) {
    const own = claimFor(process.pid);
    if (write(folder, own)) {
      const owner = others(folder, [own])[0];
      if (owner === undefined) return { owner: undefined, claim: held(folder, own) };
      remove(folder, [own]);
      if (tries === TRIES) return { owner, claim: undefined };
      pause(Math.ceil(Math.random() * LONGEST_PAUSE_MILLISECONDS));
    } else return { owner: process.pid, claim: undefined };
  }
}

function held(folder, own) {
  const names = [own];
  return {
    share: (pid) => {
      const name = claimFor(pid);
      if (startOf(pid) !== undefined && write(folder, name)) names.push(name);
    },
    release: () => remove(folder, names.splice(0)),
  };
}

const claimFor = (pid) => `${pid}-${startOf(pid) ?? 'unknown'}`;

/** @returns whether this claim is new */
function write(folder, name) {
  for (;;) {
    mkdirSync(folder, { recursive: true });
    try {
      closeSync(openSync(join(folder, name), 'wx'));
      return true;
    } catch (error) {
      if (error.code === 'EEXIST') return false;
      // Somebody has released theirs in between, and the folder with it.
      if (error.code !== 'ENOENT') throw error;
    }
  }
}

/** Ids of the living processes that claim the folder; the dead ones' claims are removed. */
function others(folder, own) {
  return readdirSync(folder).flatMap((name) => {
    const [, pid, start] = NAME.exec(name) ?? [];
    if (pid === undefined || own.includes(name)) return [];
    if (startOf(Number(pid)) === start) return [Number(pid)];
    rmSync(join(folder, name), { force: true });
    return [];
  });
}

function remove(folder, names) {
  for (const name of names) rmSync(join(folder, name), { force: true });
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code)) throw error;
  }
}

/** What tells a process from an earlier one with its id; `undefined` when there is no such process, or only its rest. */
function startOf(pid) {
  return process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
}

/** Ticks from boot to start. Source: proc_pid_stat(5): fields 3 and 22, counted after the name in parentheses. */
function startOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${fields[19]}-${boot}`;
  } catch {
    return undefined;
  }
}

function startElsewhere(pid) {
  try {
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    return start.trim().replaceAll(/[^A-Za-z0-9]+/g, '-') || undefined;
  } catch {
    return undefined;
  }
}

const pause = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
