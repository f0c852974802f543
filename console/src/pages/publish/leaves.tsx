import { type NewEvent, newEvent } from '@tidings/client';
import { useMemo, useState } from 'react';
import { curlOf, typescriptOf } from '../../event/snippets.ts';
import { Code } from '../../ui/code.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { EventDocument } from './draft.ts';
import styles from './publish.module.css';
import { Radios } from './radios.tsx';

/** Of more events, only so many are shown: the rest is as they are. */
const MOST_SHOWN = 3;

/** What leaves the page: the same as a command, or as a program. It never holds a token. */
export function Leaves({ apiUrl, events }: { readonly apiUrl: string; readonly events: readonly EventDocument[] }) {
  const [form, setForm] = useState<'event' | 'curl' | 'typescript'>('event');
  const text = useMemo(() => {
    const shown = events.slice(0, MOST_SHOWN).map(whole);
    if (form === 'curl') return curlOf(apiUrl, shown);
    if (form === 'typescript') return typescriptOf(apiUrl, shown);
    return JSON.stringify(shown.length === 1 ? shown[0] : shown, undefined, 2);
  }, [apiUrl, events, form]);
  return (
    <Panel title="What leaves" actions={<CopyButton name="Copy" text={() => text} />}>
      <div className={styles['stack']}>
        <Radios
          legend="Shown as"
          choices={[
            ['event', 'Event'],
            ['curl', 'curl'],
            ['typescript', 'TypeScript'],
          ]}
          chosen={form}
          onChoose={setForm}
        />
        {events.length > MOST_SHOWN && (
          <p className={styles['quiet']}>
            The first {MOST_SHOWN} of {events.length} events
          </p>
        )}
        {events.length === 0 ? (
          <p className={styles['quiet']}>There is no event yet.</p>
        ) : (
          <Code text={text} name="What leaves" maxHeight={360} />
        )}
      </div>
    </Panel>
  );
}

/** An event of a list as the client completes it before it is sent; one that it will refuse, as it is. */
function whole(event: EventDocument): EventDocument {
  if (event?.['specversion'] !== undefined) return event;
  try {
    return { ...newEvent(event as unknown as NewEvent) };
  } catch {
    return event;
  }
}
