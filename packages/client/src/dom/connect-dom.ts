import { describe } from '@tidings/contracts';
import type { PatternThatMatches } from '../events/typed-events.ts';
import { Bridge } from './bridge.ts';
import type { LiveClient } from './live-client.ts';

/** As much of an `EventTarget` as is needed: `window`, an element, `new EventTarget()`. */
export interface DomTarget {
  dispatchEvent(event: Event): boolean;
}

/** What `connectDom` can be told. */
export interface ConnectDomOptions<Patterns extends readonly string[] = readonly string[]> {
  /** @default `window` */
  readonly target?: DomTarget;
  /**
   * Which events are dispatched. One that several patterns match is dispatched once.
   * @default every event that the client is given
   */
  readonly patterns?: { readonly [Index in keyof Patterns]: Patterns[Index] & PatternThatMatches<Patterns[Index]> };
  /**
   * What the names of the DOM events begin with. The types of `window.addEventListener` know the default only.
   * @default 'tidings:'
   */
  readonly prefix?: string;
}

/** One bridge for a target, a client and a prefix, however many parts of an app ask for it. */
const bridges = new WeakMap<DomTarget, WeakMap<LiveClient, Map<string, Bridge>>>();

/**
 * Dispatches what a client is given as `CustomEvent`s: each event as `tidings:<type>` and then as `tidings:event`, and
 * `tidings:status`, `tidings:reset`, `tidings:error`. `detail` is the event, the status, the reset or the error. They
 * do not bubble. An error also goes to the console, unless a listener calls `preventDefault()`. A listener that throws is
 * reported by the browser and disturbs nobody.
 *
 * There is one bridge per target, client and prefix: who asks again joins it with patterns of its own, and no event is
 * dispatched twice. It opens the client, and never closes it.
 *
 * @returns what ends it, for the patterns of this call; calling it again does nothing
 * @throws TypeError if there is nothing to dispatch to, or the options cannot be used
 */
export function connectDom<const Patterns extends readonly string[] = readonly ['*']>(
  live: LiveClient,
  options: ConnectDomOptions<Patterns> = {},
): () => void {
  const { target = globalWindow(), prefix = 'tidings:' } = options;
  const patterns: readonly string[] = options.patterns ?? ['*'];
  if (target === undefined) {
    throw new TypeError('connectDom: expected a window to dispatch events on, found none. Pass { target }');
  }
  if (typeof target.dispatchEvent !== 'function') {
    throw new TypeError(`connectDom: expected a target that has dispatchEvent, found ${describe(target)}`);
  }
  if (patterns.length === 0) {
    throw new TypeError('connectDom: expected at least one pattern, found none. Leave patterns out to get every event');
  }
  return bridgeFor(target, live, prefix).join(patterns);
}

function bridgeFor(target: DomTarget, live: LiveClient, prefix: string): Bridge {
  const ofTarget = bridges.get(target) ?? new WeakMap<LiveClient, Map<string, Bridge>>();
  bridges.set(target, ofTarget);
  const byPrefix = ofTarget.get(live) ?? new Map<string, Bridge>();
  ofTarget.set(live, byPrefix);
  const bridge = byPrefix.get(prefix) ?? new Bridge({ live, target, prefix, onIdle: () => byPrefix.delete(prefix) });
  byPrefix.set(prefix, bridge);
  return bridge;
}

const globalWindow = (): DomTarget | undefined => (globalThis as { readonly window?: DomTarget }).window;
