import { parseFilter, parseStart, parseSubscriptionName, type Start } from '@tidings/contracts';
import type { DeliveryOptions } from './options.ts';
import type { Wish } from './paging.ts';

/** What is asked for, out of the options. @throws TypeError, TidingsError FILTER_INVALID, SUBSCRIPTION_INVALID */
export function wishOf(options: DeliveryOptions): Wish {
  const { subscription, filter, cursor, cursorStore } = options;
  if (subscription === undefined) return filterWishOf(options);
  requireConnectable(options);
  if (filter !== undefined || cursor !== undefined || cursorStore !== undefined) {
    throw new TypeError('Expected no filter, cursor or cursorStore beside a durable subscription: the hub keeps them');
  }
  return { subscription: parseSubscriptionName(subscription, '/subscription') };
}

/** The same, where it is known to be a filter. @throws TypeError, TidingsError FILTER_INVALID */
export function filterWishOf(options: Pick<DeliveryOptions, 'url' | 'token' | 'onEvent' | 'filter'>): Wish {
  requireConnectable(options);
  return { filter: parseFilter(options.filter) };
}

function requireConnectable({ url, token, onEvent }: Pick<DeliveryOptions, 'url' | 'token' | 'onEvent'>): void {
  if (typeof url !== 'string' || !/^wss?:\/\//.test(url)) throw new TypeError(`Expected a url wss://…, found ${url}`);
  if (typeof token !== 'function') throw new TypeError('Expected token to be a function that gives one');
  if (typeof onEvent !== 'function') throw new TypeError('Expected onEvent to be a function');
}

/** Where to begin if nothing is stored. @throws TidingsError CURSOR_INVALID */
export function beginningOf({ cursor }: Pick<DeliveryOptions, 'cursor'>): Start | 'head' {
  if (cursor === undefined) return 'head';
  return cursor === 'oldest' ? cursor : parseStart(cursor);
}
