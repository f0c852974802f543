import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSink } from './event-sink.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tidings-sink-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('a file of lines', () => {
  it('is left to whoever wrote first where two go on with it at once', async () => {
    const one = await FileSink.open('events.ndjson', folder, true);
    const other = await FileSink.open('events.ndjson', folder, true);
    await one.write('1', 1);
    await other.write('1', 1);
    await one.settle();
    await expect(other.settle()).rejects.toThrow('somebody else writes to events.ndjson as well');
    expect({ hasFailed: other.hasFailed, settled: other.settled }).toEqual({ hasFailed: true, settled: undefined });
    await one.write('2', 2);
    await one.settle();
    await other.close(true);
    await one.close(false);
    expect(await readFile(path.join(folder, 'events.ndjson'), 'utf8')).toBe('1\n2\n');
  });

  it('keeps what somebody else has appended to it', async () => {
    const sink = await FileSink.open('events.ndjson', folder, false);
    await appendFile(path.join(folder, 'events.ndjson'), 'else\n');
    await sink.write('1', 1);
    await expect(sink.settle()).rejects.toThrow('somebody else');
    await sink.close(true);
    expect(await readFile(path.join(folder, 'events.ndjson'), 'utf8')).toBe('else\n');
  });
});
