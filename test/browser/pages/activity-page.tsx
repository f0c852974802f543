import { TidingsProvider, useEvents, useTidings } from '@tidings/client/react';
import { Activity, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { record } from './record.ts';
import { liveOptions } from './settings.ts';

function Recorder() {
  const { state, error } = useTidings();
  const events = useEvents('*');
  useEffect(() => void record.states.push(state), [state]);
  useEffect(() => void (error && record.told.push(error.message)), [error]);
  return (
    <ol id="events">
      {events.map(({ id }) => (
        <li key={id} id={id} />
      ))}
    </ol>
  );
}

/** A part of a page that React hides without forgetting it, such as a tab of the page's own. */
function Page() {
  const [isHidden, setHidden] = useState(false);
  record.rerender = (change) => setHidden(change === 'hide');
  return (
    <Activity mode={isHidden ? 'hidden' : 'visible'}>
      <TidingsProvider options={liveOptions()}>
        <Recorder />
      </TidingsProvider>
    </Activity>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(<Page />);
