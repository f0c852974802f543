import type { TidingsLiveOptions } from '@tidings/client';
import { TidingsProvider, useEvent, useEvents, useTidings } from '@tidings/client/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { record } from './record.ts';
import { liveOptions, parameters } from './settings.ts';
import { App } from './transactions.tsx';

const limit = Number(parameters.get('limit') ?? 10_000);

/** Writes down what the hooks give. */
function Recorder() {
  const { state, status, reset, error } = useTidings();
  const events = useEvents('*', { limit });
  const [count, setCount] = useState(0);
  useEvent('*', ({ id }) => {
    record.handled.push(id);
    // The handler is another one at each rendering, and sees that rendering's state.
    setCount(count + 1 > record.handled.length ? -1 : record.handled.length);
  });
  useEffect(() => void record.states.push(state), [state]);
  useEffect(() => void (reset && record.told.push(`reset: ${reset.reason}`)), [reset]);
  useEffect(() => void (error && record.told.push(`${error.code}: ${error.message}`)), [error]);
  useEffect(() => void record.lengths.push(events.length), [events]);
  return (
    <section aria-labelledby="everything">
      <h2 id="everything">Everything</h2>
      <p>
        <output id="count">{count}</output> events; {state}, because {status?.reason ?? 'it began'}
      </p>
      <ol id="events">
        {events.map(({ id, type, sequence }) => (
          <li key={id} id={id}>
            {Number(sequence)}: {type}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Page() {
  const [filter, setFilter] = useState<TidingsLiveOptions['filter']>();
  const [, setTick] = useState(0);
  record.rerender = (change) => (change === '' ? setTick((tick) => tick + 1) : setFilter({ types: change.split(',') }));
  const options = { ...liveOptions(), ...(filter && { filter }) };
  return (
    <main>
      <h1>Tidings in React</h1>
      {parameters.has('example') ? (
        <App options={options} />
      ) : (
        <TidingsProvider options={options}>
          <Recorder />
        </TidingsProvider>
      )}
    </main>
  );
}

const root = createRoot(document.getElementById('root') as HTMLElement);
record.unmount = () => root.unmount();
root.render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
