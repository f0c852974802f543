import { connectDom, TidingsLive, type TidingsLiveOptions } from '@tidings/client';

export function showTransactions(list: HTMLElement, status: HTMLElement, options: TidingsLiveOptions): () => void {
  const live = new TidingsLive(options);
  const listening = new AbortController();
  const { signal } = listening;

  window.addEventListener('tidings:status', ({ detail }) => (status.textContent = detail.state), { signal });
  window.addEventListener(
    'tidings:bank.transaction:created@v1',
    ({ detail: { time, data } }) => {
      const item = document.createElement('li');
      // Text, not HTML: what is in an event was written by others.
      item.textContent = `${new Date(time).toLocaleTimeString()}: ${data.transactionId} is ${data.status.text}`;
      list.append(item);
    },
    { signal },
  );
  const disconnect = connectDom(live, { patterns: ['bank.transaction:*'] });

  return () => {
    disconnect();
    listening.abort();
    void live.close();
  };
}
