import { WebSocket } from 'ws';
import type { Target } from '../../acceptance/target.ts';
import type { Holder } from '../../chaos/hub-api.ts';

/** Who receives in a round: sockets of users, each in one organization of a tenant. */
export interface Audience {
  readonly tenants: readonly { readonly tenant: string; readonly organizations: readonly string[] }[];
  /**
   * Resolves with `performance.now()` of the last delivery, when each socket has got so many events more.
   * @throws Error when they do not come in time, or a socket gets one that it must not: one of others, one twice, or one
   *   out of order
   */
  receive(eventsPerSocket: number, milliseconds: number): Promise<number>;
  close(): void;
}

interface Frame {
  readonly type: string;
  readonly events?: readonly {
    readonly sequence: string;
    readonly tenantid: string;
    readonly organizationids?: string;
  }[];
}

interface Listener {
  readonly tenant: string;
  readonly organization: string;
  readonly socket: WebSocket;
  lastSequence: string;
  received: number;
}

/** Opens the sockets, one after the other, and waits until each one listens. */
export async function openAudience(
  { socketUrl }: Target,
  tokenOf: (holder: Holder) => Promise<string>,
  size: { readonly tenants: number; readonly organizations: number; readonly users: number },
): Promise<Audience> {
  const list = (prefix: string, length: number) => Array.from({ length }, (_, index) => `${prefix}-${index + 1}`);
  const tenants = list('tenant', size.tenants).map((tenant) => ({
    tenant,
    organizations: list(`${tenant}-organization`, size.organizations),
  }));
  const listeners: Listener[] = [];
  let settle: { due: number; resolve: (at: number) => void; reject: (error: Error) => void } | undefined;
  let complete = 0;
  const take = (listener: Listener, { type, events = [] }: Frame): void => {
    if (type !== 'events') return;
    for (const { sequence, tenantid, organizationids } of events) {
      const isOwn = tenantid === listener.tenant && organizationids === listener.organization;
      if (!isOwn || sequence <= listener.lastSequence) {
        const found = `${sequence} of ${tenantid}, ${organizationids}, after ${listener.lastSequence}`;
        settle?.reject(new Error(`A socket of ${listener.organization} got the event ${found}`));
      }
      listener.lastSequence = sequence;
      listener.received += 1;
      if (listener.received === settle?.due) complete += 1;
    }
    if (complete === listeners.length) settle?.resolve(performance.now());
  };
  for (const { tenant, organizations } of tenants) {
    for (const organization of organizations) {
      for (const user of list('user', size.users)) {
        const token = await tokenOf({ tenant, organizations: [organization], user: `${organization}-${user}` });
        const socket = new WebSocket(`${socketUrl}?types=*`, ['tidings.v1', `bearer.${token}`]);
        const listener = { tenant, organization, socket, lastSequence: '', received: 0 };
        socket.on('message', (data) => take(listener, JSON.parse(String(data)) as Frame));
        await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
        listeners.push(listener);
      }
    }
  }
  return {
    tenants,
    receive: async (eventsPerSocket, milliseconds) => {
      complete = 0;
      let late: NodeJS.Timeout | undefined;
      const done = new Promise<number>((resolve, reject) => {
        for (const listener of listeners) listener.received = 0;
        settle = { due: eventsPerSocket, resolve, reject };
        late = setTimeout(() => {
          const counts = listeners.map(({ received }) => received);
          const found = `${Math.min(...counts)} to ${Math.max(...counts)}`;
          reject(
            new Error(`Expected ${eventsPerSocket} events on each socket, found ${found} after ${milliseconds} ms`),
          );
        }, milliseconds);
      });
      try {
        return await done;
      } finally {
        clearTimeout(late);
      }
    },
    close: () => {
      for (const { socket } of listeners) socket.terminate();
    },
  };
}
