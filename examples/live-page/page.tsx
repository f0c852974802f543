import type { TidingsEvent } from '@tidings/client';
import { TidingsProvider, useEvents, useTidings } from '@tidings/client/react';
import { createRoot } from 'react-dom/client';

/** Where the hub is; the server of this page says so. */
interface HubAddress {
  readonly socketUrl: string;
  readonly apiUrl: string;
}

const hub: HubAddress = await (await fetch('/hub')).json();

/** The page's own server knows who is signed in, and gets the token: no secret ever reaches a browser. */
async function token(): Promise<string> {
  const answer = await fetch('/token', { method: 'POST' });
  if (!answer.ok) throw new Error(`No token: ${answer.status}`);
  return await answer.text();
}

function Events() {
  const { state } = useTidings();
  const events = useEvents('*', { limit: 100 });
  return (
    <main>
      <h1>Events</h1>
      <p role="status">
        <span className={`state ${state}`}>{state}</span> {events.length} shown
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Sequence</th>
            <th scope="col">Time</th>
            <th scope="col">Type</th>
            <th scope="col">Data</th>
          </tr>
        </thead>
        <tbody>
          {events.toReversed().map((event) => (
            <Row key={event.sequence} event={event} />
          ))}
        </tbody>
      </table>
    </main>
  );
}

function Row({ event }: { readonly event: TidingsEvent }) {
  return (
    <tr>
      <td>{Number(event.sequence)}</td>
      <td>
        <time dateTime={event.time}>{new Date(event.time).toLocaleTimeString()}</time>
      </td>
      <td>{event.type}</td>
      <td>
        <code>{JSON.stringify(event.data)}</code>
      </td>
    </tr>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('Expected an element with the id "root" in the page');
createRoot(root).render(
  // A list in memory needs no stored cursor: a reload begins with the oldest event again.
  <TidingsProvider options={{ url: hub.socketUrl, apiUrl: hub.apiUrl, token, cursor: 'oldest' }}>
    <Events />
  </TidingsProvider>,
);
