/**
 * What `npm start` runs: installs what is missing, then is the sandbox. One process, so that a signal which npm passes
 * on reaches it; there is no TypeScript before the installation, so its loader comes after it.
 */
import { install } from './install.mjs';

const LOOK_AGAIN_MILLISECONDS = 500;

// npm passes SIGINT and SIGTERM on and dies of the others, alone: then this must end as well.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGHUP');
  }, LOOK_AGAIN_MILLISECONDS).unref();
}

await install();
const { register } = await import('tsx/esm/api');
register();
await import('../sandbox/main.ts');
