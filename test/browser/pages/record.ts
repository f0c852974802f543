import type { PageRecord } from '../page-record.ts';

export const record: PageRecord = {
  handled: [],
  states: [],
  told: [],
  lifecycle: [],
  lengths: [],
  longestTask: 0,
};
// For the test, which asks from outside.
Object.assign(globalThis, { record });

for (const name of ['freeze', 'resume']) document.addEventListener(name, () => record.lifecycle.push(name));
addEventListener('error', ({ message }) => record.told.push(`error: ${message}`));
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) record.longestTask = Math.max(record.longestTask, duration);
}).observe({ type: 'longtask', buffered: true });
