import { connectDom, TidingsLive } from '@tidings/client';
import { record } from './record.ts';
import { liveOptions, parameters } from './settings.ts';
import { showTransactions } from './transactions-list.ts';

const root = document.getElementById('root') as HTMLElement;
root.innerHTML = `
  <main>
    <h1>Tidings in plain DOM</h1>
    <p role="status"></p>
    <section aria-labelledby="heading">
      <h2 id="heading">Transactions</h2>
      <ol></ol>
    </section>
  </main>`;
const list = root.querySelector('ol') as HTMLElement;
const status = root.querySelector('[role=status]') as HTMLElement;

if (parameters.has('example')) {
  record.unmount = showTransactions(list, status, liveOptions());
} else {
  const live = new TidingsLive(liveOptions());
  window.addEventListener('tidings:event', () => {
    throw new Error('a listener that fails');
  });
  window.addEventListener('tidings:event', ({ detail }) => {
    record.handled.push(detail.id);
    list.append(Object.assign(document.createElement('li'), { textContent: detail.type }));
  });
  window.addEventListener('tidings:status', ({ detail }) => {
    record.states.push(detail.state);
    status.textContent = detail.state;
  });
  window.addEventListener('tidings:community.message:posted@v1', ({ detail }) => {
    record.told.push(`${detail.data.verb}: ${detail.id}`);
  });
  // Two parts of an app that do not know of each other, and want some of the same.
  const disconnects = [
    connectDom(live, { patterns: ['bank.*', 'bank.transaction:*'] }),
    connectDom(live, { patterns: ['community.message:*', 'bank.transaction:created@*'] }),
  ];
  record.unmount = () => {
    for (const disconnect of disconnects) disconnect();
  };
}
