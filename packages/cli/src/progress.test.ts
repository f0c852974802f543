import { expect, test } from 'vitest';
import { Capture } from '../test/capture.ts';
import { formatDuration, Progress } from './progress.ts';

function progressAt(screen: { readonly isTTY: boolean; readonly columns?: number }) {
  let now = 0;
  const messages = Object.assign(new Capture(), screen);
  const progress = new Progress({ messages }, () => now);
  return {
    messages,
    progress,
    after(seconds: number, done: number, total: number) {
      now = seconds * 1000;
      progress.update({ done, total, events: done });
    },
  };
}

test('draws a bar over itself, with rate and what is left, and takes it away', () => {
  const { messages, progress, after } = progressAt({ isTTY: true, columns: 100 });
  after(0.01, 1, 4000);
  expect(messages.text).toBe('');
  after(2, 1000, 4000);
  expect(messages.text).toBe(`\r${'█'.repeat(6)}${'░'.repeat(18)} 25 % · 1000 events · 500/s · 6 s left\u001b[K`);
  progress.clear();
  expect(messages.text.endsWith('\r\u001b[K')).toBe(true);
});

test('does not wrap where the terminal is narrow', () => {
  const { messages, after } = progressAt({ isTTY: true, columns: 20 });
  after(2, 1000, 4000);
  expect(messages.text).toBe('\r25 % · 1000 events \u001b[K');
});

test.each([
  [true, `\r${'█'.repeat(24)} 100 % · 5000 events · 2500/s · 0 s left\u001b[K`],
  [false, 'tidings: 100 % · 5000 events · 500/s · 0 s left\n'],
])('goes on where more has come than there was at first, at a terminal: %s', (isTTY, text) => {
  const { messages, after } = progressAt({ isTTY, columns: 100 });
  after(isTTY ? 2 : 10, 5000, 4000);
  expect(messages.text).toBe(text);
});

test('says a line now and then where there is no terminal', () => {
  const { messages, progress, after } = progressAt({ isTTY: false });
  for (const second of [1, 2, 4.9, 5, 6, 9.9, 10]) after(second, second * 100, 4000);
  progress.clear();
  expect(messages.lines).toEqual([
    'tidings: 12 % · 500 events · 100/s · 35 s left',
    'tidings: 25 % · 1000 events · 100/s · 30 s left',
  ]);
});

test.each([
  [0.2, '1 s'],
  [59, '59 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
