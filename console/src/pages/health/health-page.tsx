import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { HubHealth } from '@tidings/client';
import { Lock } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useHub, useSession } from '../../hub/hub-context.tsx';
import { useResource } from '../../hub/use-resource.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice, Problem } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Timestamp } from '../../ui/timestamp.tsx';
import { queueOf } from './dead-letter-queues.ts';
import { LettersPanel } from './letters-panel.tsx';
import { Measurements } from './measurements.tsx';
import { type Sample, sampleOf, withSample } from './samples.ts';
import { rangeOf } from './series.ts';
import { Tiles } from './tiles.tsx';

const ABOUT = 'How the hub does: what waits where, what it counted and measured, and what it could not deal with.';
const LOOK_SECONDS = 5;

export function HealthPage() {
  const { identity } = useSession();
  if (identity.scopes.includes('operations:read')) return <Health />;
  return (
    <Page title="Health" about={ABOUT}>
      <Empty icon={<Lock size={28} aria-hidden />} title="Your token may not look at this">
        <p>
          It takes the scope <code>operations:read</code>. Ask whoever gives scopes, or sign in as somebody who has it.
        </p>
      </Empty>
    </Page>
  );
}

const route = getRouteApi('/health');

function Health() {
  const { operations } = useHub();
  const search = route.useSearch();
  const navigate = useNavigate();
  const read = useCallback((signal: AbortSignal) => operations.health({ signal }), [operations]);
  const { value, error, reload } = useResource(read, { everySeconds: LOOK_SECONDS });
  const samples = useSamples(value);
  const place = { minutes: rangeOf(search.minutes), queue: queueOf(search.queue) };
  const show = (change: Partial<typeof place>) =>
    void navigate({ to: '/health', search: { ...place, ...change }, replace: true, resetScroll: false });
  return (
    <Page title="Health" about={ABOUT}>
      {error !== undefined && value === undefined && (
        <Problem
          title="The hub does not say how it does"
          error={error}
          action={<Button onClick={reload}>Try again</Button>}
        />
      )}
      {error !== undefined && value !== undefined && (
        <Notice tone="warn" title="These numbers are old: the hub does not answer">
          <p>
            They are of <Timestamp at={value.time} />. The page goes on asking.
          </p>
        </Notice>
      )}
      <Tiles samples={samples} tenant={value?.tenant?.tenantid} />
      <Measurements minutes={place.minutes} onRange={(minutes) => show({ minutes })} />
      <LettersPanel queue={place.queue} onQueue={(queue) => show({ queue })} health={value} onRedriven={reload} />
    </Page>
  );
}

/** What was seen since the page was opened as who is signed in now. */
function useSamples(health: HubHealth | undefined): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    // Another session has begun: what the last one saw may be of another tenant.
    setSamples((last) => (health === undefined ? [] : withSample(last, sampleOf(health))));
  }, [health]);
  return samples;
}
