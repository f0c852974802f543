import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toBanner } from './banner.ts';
import { startFixture, temporaryFolder, writeAssembly } from './fixture/assembly.ts';
import { run, started } from './fixture/process.ts';
import { startSandbox } from './sandbox.ts';
import { openStateFolder } from './state-folder.ts';

const resources = { Queue: { Type: 'AWS::SQS::Queue' } };

describe('two sandboxes with the same --data', () => {
  it('are one: the second is refused, with folder and process, until the first has ended or was killed', async () => {
    const folder = temporaryFolder();
    const data = path.join(folder, 'data');
    const assembly = writeAssembly({ resources });
    const start = (name: string) => {
      const target = path.join(folder, name);
      return { ...run('--port', '0', '--assembly', assembly, '--data', data, '--target', target), target };
    };
    const first = start('first');
    await started(first.target);
    const second = start('second');
    expect(await second.ended).toEqual([1, null]);
    expect(second.output()).toBe(
      `--data: ${data} is in use by another sandbox (pid ${first.child.pid}). End it, or choose another\n`,
    );
    expect(existsSync(second.target)).toBe(false);
    first.child.kill('SIGKILL');
    await first.ended;
    const third = start('third');
    await started(third.target);
    third.child.kill('SIGTERM');
    expect(await third.ended).toEqual([0, null]);
    expect(existsSync(path.join(data, 'running'))).toBe(false);
  });

  it('are refused also in one process, and the data is free again at the end', async () => {
    const data = temporaryFolder();
    const first = await startFixture({ resources }, { data });
    await expect(startFixture({ resources }, { data })).rejects.toThrow(/is in use by another sandbox/);
    await first.end();
    await startFixture({ resources }, { data });
  });

  it('may follow a dead one whose process id is another process by now', async () => {
    const data = temporaryFolder();
    mkdirSync(path.join(data, 'running'));
    writeFileSync(path.join(data, 'running', `${process.pid}-1-00000000`), '');
    await startFixture({ resources }, { data });
  });
});

describe('a second sandbox of one clone', () => {
  it('leaves target.json to the first, has a file and logs of its own, and says so', async () => {
    const stateFolder = temporaryFolder();
    const assembly = writeAssembly({ resources });
    const start = async () => {
      const sandbox = await startSandbox({ port: 0, assembly, stateFolder });
      onTestFinished(() => sandbox.end());
      return sandbox;
    };
    const wellKnown = path.join(stateFolder, 'target.json');
    const first = await start();
    expect(toBanner(first, 0, false)).toMatch(/npx tidings tail\n/);
    const second = await start();
    expect(JSON.parse(readFileSync(wellKnown, 'utf8'))).toEqual(first.target);
    const [own = ''] = second.targetFiles;
    expect(JSON.parse(readFileSync(own, 'utf8'))).toEqual(second.target);
    expect(second.logFolder).not.toBe(first.logFolder);
    const banner = toBanner(second, 0, false);
    expect(banner).toContain(
      `Another sandbox (pid ${process.pid}) keeps .sandbox/target.json; this one's is ${own} — pass --target.`,
    );
    expect(banner).toContain(`npx tidings tail --target ${own}\n`);
    await second.end();
    expect(existsSync(own)).toBe(false);
    expect(JSON.parse(readFileSync(wellKnown, 'utf8'))).toEqual(first.target);
    await first.end();
    expect(existsSync(wellKnown)).toBe(false);
    expect((await start()).targetFiles).toEqual([wellKnown]);
  });

  it('removes what those have left that are gone', () => {
    const folder = temporaryFolder();
    // No process has this id: it is above the highest that Linux gives.
    for (const name of ['logs-4194305', 'cdk.out-4194305-x', 'logs']) mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, 'target-4194305.json'), '{}');
    const { release } = openStateFolder(folder);
    expect(
      ['logs-4194305', 'cdk.out-4194305-x', 'target-4194305.json'].map((name) => existsSync(path.join(folder, name))),
    ).toEqual([false, false, false]);
    expect(existsSync(path.join(folder, 'logs'))).toBe(true);
    release();
    expect(existsSync(path.join(folder, 'running'))).toBe(false);
  });
});
