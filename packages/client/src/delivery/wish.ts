import { parseFilter, parseStart, parseSubscriptionName, type Start } from '@tidings/contracts';
import type { DeliveryOptions } from './options.ts';
import type { Wish } from './paging.ts';

/** What is asked for, out of the options. @throws TypeError, TidingsError FILTER_INVALID, SUBSCRIPTION_INVALID */
export function wishOf({ url, token, onEvent, subscription, filter, cursor, cursorStore }: DeliveryOptions): Wish {
  if (typeof url !== 'string' || !/^wss?:\/\//.test(url)) throw new TypeError(`Expected a url wss://…, found ${url}`);
  if (typeof token !== 'function') throw new TypeError('Expected token to be a function that gives one');
  if (typeof onEvent !== 'function') throw new TypeError('Expected onEvent to be a function');
  if (subscription === undefined) return { filter: parseFilter(filter) };
  if (filter !== undefined || cursor !== undefined || cursorStore !== undefined) {
    throw new TypeError('Expected no filter, cursor or cursorStore beside a durable subscription: the hub keeps them');
  }
  return { subscription: parseSubscriptionName(subscription, '/subscription') };
}

/** Where to begin if nothing is stored. @throws TidingsError CURSOR_INVALID */
export function beginningOf({ cursor }: DeliveryOptions): Start | 'head' {
  if (cursor === undefined) return 'head';
  return cursor === 'oldest' ? cursor : parseStart(cursor);
}
