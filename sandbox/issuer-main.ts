import { parseArgs } from 'node:util';
import { Issuer } from './issuer.ts';
import { SandboxError } from './sandbox-error.ts';

const USAGE = `Usage: node --import tsx sandbox/issuer-main.ts --port N [--key FILE]

Runs the sandbox's OAuth2 issuer by itself, for a stack that is deployed to an emulator.

  --port N     TCP port; the issuer's name contains it, so the stack must be deployed with the same
  --key FILE   keeps the signing key there, so that tokens outlive a restart`;

/** The port, or what is wrong with the command line. */
function readArguments(args: readonly string[]): { readonly port: number; readonly key: string | undefined } | string {
  try {
    const { values } = parseArgs({ args: [...args], options: { port: { type: 'string' }, key: { type: 'string' } } });
    const port = Number(values.port);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return { port, key: values.key };
    return `--port: expected a TCP port from 1 to 65535, found ${values.port ?? 'nothing'}`;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

const options = readArguments(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`${options}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    const issuer = new Issuer(options.key);
    await issuer.start(options.port);
    console.log(`Issuer ${issuer.url}, tokens at ${issuer.tokenUrl}. Ctrl-C stops it.`);
    const stop = (): void => void issuer.end();
    process.once('SIGINT', stop).once('SIGTERM', stop);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
