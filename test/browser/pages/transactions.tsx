import type { TidingsLiveOptions } from '@tidings/client';
import { TidingsProvider, useEvents, useTidings } from '@tidings/client/react';

export function App({ options }: { readonly options: TidingsLiveOptions }) {
  return (
    <TidingsProvider options={options}>
      <ConnectionState />
      <Transactions />
    </TidingsProvider>
  );
}

const STATES = {
  connecting: 'Connecting …',
  'catching-up': 'Catching up …',
  live: 'Live',
  behind: 'Waiting for the hub …',
  closed: 'Not connected',
} as const;

function ConnectionState() {
  const { state, reset } = useTidings();
  // A status region is read out when it changes, so it is always there, and says in words what it means.
  return (
    <p role="status">
      {STATES[state]}
      {reset && ' – some past events are no longer available.'}
    </p>
  );
}

function Transactions() {
  const events = useEvents('bank.transaction:*', { limit: 50 });
  return (
    <section aria-labelledby="transactions">
      <h2 id="transactions">Transactions</h2>
      {events.length === 0 && <p>Nothing has happened yet.</p>}
      <ol>
        {events.map(({ id, time, type, data }) => (
          <li key={id} id={id}>
            <time dateTime={time}>{new Date(time).toLocaleTimeString()}</time> {type}: {data.status.text}
          </li>
        ))}
      </ol>
    </section>
  );
}
