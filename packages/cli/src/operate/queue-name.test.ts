import { expect, it } from 'vitest';
import { readQueueName } from './queue-name.ts';

it.each([
  ['intak', 'no dead-letter queue "intak"; did you mean intake?'],
  ['nope', 'no dead-letter queue "nope"; there are intake, undeliverable, doorbell'],
])('there is no queue %s', (word, message) => {
  expect(() => readQueueName(word)).toThrow(message);
});
