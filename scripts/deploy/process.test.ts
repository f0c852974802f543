import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

async function deploy(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/deploy/main.ts', ...args], {
    cwd: ROOT,
    // Nothing of whoever runs the tests: no profile, no role of a machine.
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: 'eu-north-1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { code, out, error };
}

/** An AWS that knows nobody. Source of the shape: STS API, common errors. */
async function serveStranger(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(403, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>' +
          '<Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>',
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const STACK_TRACE = /^\s+at .+:\d+/m;

describe('npm run deploy', () => {
  it('explains itself', async () => {
    const { code, out } = await deploy(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('Usage: npm run deploy -- ENVIRONMENT [options]');
  });

  it.each<readonly [what: string, args: readonly string[], code: number, message: string]>([
    ['an environment that there is not', ['prodd'], 2, 'found "prodd", expected one of'],
    ['missing credentials', ['dev', '--dry-run'], 1, 'There are no AWS credentials. Set AWS_PROFILE'],
  ])('refuses %s without a stack trace', async (_, args, code, message) => {
    const ended = await deploy(args);
    expect(ended, ended.error).toMatchObject({ code, error: expect.stringContaining(message) });
    expect(ended.error).not.toMatch(STACK_TRACE);
  });

  it('refuses credentials that AWS does not know, and does not repeat them', async () => {
    const ended = await deploy(['dev'], {
      AWS_ENDPOINT_URL: await serveStranger(),
      AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN',
      AWS_SECRET_ACCESS_KEY: 'not-to-be-shown',
    });
    expect(ended.code, ended.error).toBe(1);
    expect(ended.error).toContain('AWS does not know these credentials');
    expect(ended.error).not.toMatch(STACK_TRACE);
    expect(ended.out + ended.error).not.toContain('not-to-be-shown');
  });
});
