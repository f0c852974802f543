import { expect, it } from 'vitest';
import { eventPath, subscriptionPath } from './path-segment.ts';

it.each([
  ['billing', '/subscriptions/billing/events'],
  ['a/b', '/subscriptions/a%252Fb/events'],
  ['50%', '/subscriptions/50%2525/events'],
  ['..', '/subscriptions/%252E%252E/events'],
])('names %j so that it stays one step of a path, in clients and in API Gateway', (name, path) => {
  expect(subscriptionPath(name, '/events')).toBe(path);
  expect(eventPath(name)).toBe(path.replace('/subscriptions/', '/events/').replace(/\/events$/, ''));
  expect(new URL(path, 'https://hub.example').pathname).toBe(path);
});
