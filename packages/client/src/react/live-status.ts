import type { ConnectionState, DeliveryError, DeliveryReset, Status } from '../delivery/index.ts';
import type { LiveClient } from '../dom/live-client.ts';

/** What is known of a connection at one moment. It is not changed: another moment has another. */
export interface LiveSnapshot {
  readonly state: ConnectionState;
  /** Why the state is what it is, and when there will be another try; absent if nobody listened when it changed. */
  readonly status?: Status;
  /** The last time that history was cut: what a page has made of events from before may lack some. */
  readonly reset?: DeliveryReset;
  /** The last thing that went wrong since the connection was last live. Unless the state is `closed`, it is being mended. */
  readonly error?: DeliveryError;
}

/** On a server there is no connection, and a page that takes over from one must begin with what the server has shown. */
const ON_SERVER: LiveSnapshot = Object.freeze({ state: 'connecting' });

/** The connection of a client, as a store for React. */
export class LiveStatus {
  readonly #live: LiveClient;
  readonly #listeners = new Set<() => void>();
  #snapshot: LiveSnapshot;
  #off: readonly (() => void)[] = [];

  constructor(live: LiveClient) {
    this.#live = live;
    this.#snapshot = { state: live.state };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#listen();
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      for (const off of this.#off) off();
    };
  };

  readonly getSnapshot = (): LiveSnapshot => {
    const { state } = this.#live;
    // The state may have changed while nobody listened; then nobody knows why.
    if (state !== this.#snapshot.state) {
      const { status: _, ...others } = this.#snapshot;
      this.#snapshot = { ...others, state };
    }
    return this.#snapshot;
  };

  static readonly getServerSnapshot = (): LiveSnapshot => ON_SERVER;

  #listen(): void {
    this.#off = [
      this.#live.onStatus((status) => {
        const { error: _, ...others } = this.#snapshot;
        this.#tell({ ...(status.state === 'live' ? others : this.#snapshot), state: status.state, status });
      }),
      this.#live.onReset((reset) => this.#tell({ ...this.#snapshot, reset })),
      this.#live.onError((error) => {
        // A client that nobody listens to writes its errors down. What a page cannot mend itself, a developer must see.
        if (error.code === 'HANDLER_FAILED') writeDown(error);
        this.#tell({ ...this.#snapshot, error });
      }),
    ];
  }

  #tell(snapshot: LiveSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

const writeDown = (error: DeliveryError): void =>
  (globalThis as unknown as { readonly console?: { error(error: unknown): void } }).console?.error(error);
