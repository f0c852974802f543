import { TidingsSubscription, type TidingsSubscriptionOptions } from '@tidings/client';
import { WebSocket } from 'ws';

/**
 * A service that consumes a durable subscription in a process of its own: one line for each event that it is given. It
 * kills itself, with no time for anything, when it has dealt with `dieAfter` events, before any acknowledgement of the
 * last can have gone out.
 */
interface Plan extends Pick<TidingsSubscriptionOptions, 'apiUrl' | 'url' | 'name'> {
  readonly transport: 'pull' | 'socket';
  readonly token: string;
  readonly dieAfter: number;
}

const { dieAfter, token, ...plan } = JSON.parse(process.env['PLAN'] ?? '{}') as Plan;
let dealtWith = 0;

const consumer = new TidingsSubscription({
  ...plan,
  token: () => token,
  webSocket: WebSocket,
  timing: { acknowledge: 20 },
  onEvent: async ({ id }) => {
    // Written before the end, whatever the end is.
    await new Promise<void>((resolve) => {
      process.stdout.write(`${id}\n`, () => resolve());
    });
    dealtWith += 1;
    if (dealtWith === dieAfter) process.kill(process.pid, 'SIGKILL');
  },
});
consumer.start();
process.once('SIGTERM', () => void consumer.stop().then(() => process.exit(0)));
