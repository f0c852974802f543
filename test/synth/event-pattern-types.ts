import { eventPattern } from '@tidings/client';

/** Nothing here runs: a line under `@ts-expect-error` that compiles is an error of `npm run check`. */
export function types(): void {
  eventPattern('bank.test:created@v1', { data: { favoriteColor: ['Red', { 'anything-but': 'Blue' }], age: 30 } });
  eventPattern('bank.*', { data: { status: { code: [{ exists: false }] }, firstName: 'John' } });
  // @ts-expect-error nothing matches
  eventPattern('bnk.*');
  // @ts-expect-error no such attribute
  eventPattern('bank.*', { tenantId: 'acme' });
  // @ts-expect-error no such colour
  eventPattern('bank.test:created@v1', { data: { favoriteColor: 'Pink' } });
  // @ts-expect-error no such property
  eventPattern('bank.test:created@v1', { data: { address: { country: 'NO' } } });
  // @ts-expect-error a number is compared with numbers
  eventPattern('bank.test:created@v1', { data: { age: '30' } });
  // @ts-expect-error text is in no numeric range
  eventPattern('bank.test:created@v1', { data: { firstName: [{ numeric: ['>', 1] }] } });
  // @ts-expect-error a filter stands in a list, as EventBridge wants it
  eventPattern('bank.test:created@v1', { tenantid: { prefix: 'a' } });
}
