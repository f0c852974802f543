import {
  type NewEvent,
  type PublishError,
  type Publisher,
  type PublishResult,
  TidingsApiClient,
} from '@tidings/client';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Hub } from '../../hub/hub.ts';
import { useHub } from '../../hub/hub-context.tsx';
import { type ListEntry, type Row, rowsOf } from './batch.ts';
import { openBus } from './bus.ts';
import type { EventDocument } from './draft.ts';
import { Watch } from './watch.ts';

/** By what an event goes out: the hub's HTTP API, or a bus of the sandbox. */
export type Way = 'http' | 'bus';

/** What became of what was sent last. */
export type Sent =
  | {
      readonly kind: 'one';
      readonly event: EventDocument;
      readonly way: Way;
      readonly watch: Watch;
      /** The number that the event had before it was sent again. */
      readonly before: number | undefined;
      readonly state: 'sending' | 'accepted' | 'refused';
      readonly error?: PublishError;
    }
  | {
      readonly kind: 'list';
      readonly way: Way;
      readonly count: number;
      readonly state: 'sending' | 'done';
      readonly rows: readonly Row[];
      /** Those of which nobody knows whether they were recorded; their ids make sending them again safe. */
      readonly unknown: readonly ListEntry[];
      readonly error?: unknown;
    };

export interface Publishing {
  readonly sent: Sent | undefined;
  readonly isSending: boolean;
  /** @returns why it was refused, or nothing */
  readonly sendOne: (event: EventDocument, way: Way, before?: number) => Promise<PublishError | undefined>;
  readonly sendList: (entries: readonly ListEntry[], way: Way) => Promise<void>;
  readonly cancel: () => void;
  /** What became of the last one is of no interest any more. */
  readonly forget: () => void;
}

/** Sends events, one at a time or a list at a time, and keeps what became of the last. */
export function usePublish(): Publishing {
  const hub = useHub();
  const [sent, setSent] = useState<Sent>();
  const aborter = useRef<AbortController>(undefined);
  const watch = useRef<Watch>(undefined);
  const bus = useRef<Promise<Publisher>>(undefined);

  // Who publishes and goes to see it arrive has not asked for it to be called back: it is sent to its end.
  useEffect(() => () => watch.current?.stop(), []);

  // Made here and not with the hub's other clients: what publishes is no part of the first load.
  const api = useMemo(() => {
    const { configuration, session } = hub;
    return new TidingsApiClient({ apiUrl: configuration.apiUrl, token: () => session.token() });
  }, [hub]);
  const publisherOf = useCallback(
    async (way: Way): Promise<Publisher> => {
      if (way === 'http') return api;
      bus.current ??= openBus(hub.configuration);
      try {
        return await bus.current;
      } catch (error) {
        // Its code could not be loaded; the next one tries again.
        bus.current = undefined;
        throw error;
      }
    },
    [hub, api],
  );

  const sendOne = useCallback(
    async (event: EventDocument, way: Way, before?: number) => {
      const looking = begin(hub, event, watch, before !== undefined);
      const signal = renew(aborter);
      const about = { kind: 'one', event, way, watch: looking, before } as const;
      setSent({ ...about, state: 'sending' });
      try {
        const publisher = await publisherOf(way);
        await publisher.publish(asNew(event), { signal });
        setSent({ ...about, state: 'accepted' });
        void looking.accepted();
        return undefined;
      } catch (thrown) {
        const error = thrown as PublishError;
        setSent({ ...about, state: 'refused', error });
        // Its answer was lost, but it may be there.
        if (error.outcome === 'unknown') void looking.accepted();
        return error;
      }
    },
    [hub, publisherOf],
  );

  const sendList = useCallback(
    async (entries: readonly ListEntry[], way: Way) => {
      watch.current?.stop();
      const signal = renew(aborter);
      const about = { kind: 'list', way, count: entries.length } as const;
      setSent({ ...about, state: 'sending', rows: [], unknown: [] });
      const events = entries.flatMap((entry) => (entry.kind === 'event' ? [asNew(entry.event)] : []));
      try {
        const publisher = await publisherOf(way);
        const result: PublishResult = await publisher.publish(events, { signal });
        setSent({ ...about, state: 'done', ...cameTo(entries, result) });
      } catch (error) {
        const nothing = { accepted: [], rejected: [] };
        setSent({ ...about, state: 'done', ...cameTo(entries, nothing), error });
      }
    },
    [publisherOf],
  );

  const cancel = useCallback(() => aborter.current?.abort(), []);
  const forget = useCallback(() => {
    watch.current?.stop();
    setSent(undefined);
  }, []);
  return { sent, isSending: sent?.state === 'sending', sendOne, sendList, cancel, forget };
}

/** What it is, the client and the hub find out: it may be of a type that this page was not built with. */
const asNew = (event: EventDocument): NewEvent => event as unknown as NewEvent;

function cameTo(entries: readonly ListEntry[], result: PublishResult) {
  const rows = rowsOf(entries, result);
  return { rows, unknown: entries.filter((_, index) => rows[index]?.outcome === 'unknown') };
}

interface Held<Value> {
  current: Value | undefined;
}

function begin({ live, history, session }: Hub, event: EventDocument, held: Held<Watch>, isAgain: boolean): Watch {
  held.current?.stop();
  const watch = new Watch({ live, history, identity: session.identity, event, isAgain });
  held.current = watch;
  return watch;
}

function renew(held: Held<AbortController>): AbortSignal {
  held.current?.abort();
  held.current = new AbortController();
  return held.current.signal;
}
