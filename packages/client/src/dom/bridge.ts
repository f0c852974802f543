import { compilePattern, type Matcher } from '@tidings/contracts';
import type { DomTarget } from './connect-dom.ts';
import type { TidingsDomEvent } from './dom-events.ts';
import type { LiveClient } from './live-client.ts';

interface BridgeOptions {
  readonly live: LiveClient;
  readonly target: DomTarget;
  readonly prefix: string;
  /** Nobody is joined any more. */
  readonly onIdle: () => void;
}

interface Globals {
  readonly CustomEvent: new (
    name: string,
    init: { readonly detail: unknown; readonly cancelable: boolean },
  ) => TidingsDomEvent<unknown>;
  readonly console?: { error(...values: unknown[]): void };
}

/** From one client to one target, for all who have joined: it listens once, so nothing is dispatched twice. */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #joined = new Set<readonly Matcher[]>();
  #off: readonly (() => void)[] = [];

  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  /** @returns what leaves again */
  join(patterns: readonly string[]): () => void {
    const matchers = patterns.map(compilePattern);
    this.#joined.add(matchers);
    if (this.#joined.size === 1) this.#listen();
    return () => {
      if (this.#joined.delete(matchers) && this.#joined.size === 0) this.#end();
    };
  }

  #listen(): void {
    const { live } = this.#options;
    this.#off = [
      live.on('*', (event) => {
        if (!this.#isWanted(event.type)) return;
        this.#dispatch(event.type, event);
        this.#dispatch('event', event);
      }),
      live.onStatus((status) => this.#dispatch('status', status)),
      live.onReset((reset) => this.#dispatch('reset', reset)),
      // A client that nobody listens to writes its errors down; that we listen must not keep them from everybody.
      live.onError((error) => this.#dispatch('error', error, true) && globals().console?.error(error)),
    ];
  }

  #end(): void {
    for (const off of this.#off) off();
    this.#options.onIdle();
  }

  #isWanted(type: string): boolean {
    for (const matchers of this.#joined) if (matchers.some((matches) => matches(type))) return true;
    return false;
  }

  /** @returns whether no listener has said that it deals with it */
  #dispatch(name: string, detail: unknown, cancelable = false): boolean {
    const { target, prefix } = this.#options;
    return target.dispatchEvent(new (globals().CustomEvent)(`${prefix}${name}`, { detail, cancelable }));
  }
}

const globals = (): Globals => globalThis as unknown as Globals;
