import { Acknowledgements } from './acknowledgements.ts';
import { startDelivery } from './client.ts';
import type { Delivery, DeliveryOptions } from './options.ts';
import { wishOf } from './wish.ts';

/**
 * Begins to deliver, and goes on until `close`: the first socket is opened after this function has returned.
 *
 * Every event that the filter and the token let through comes once. Tried again by itself, with back-off and for ever:
 * whatever closes a socket, a refused handshake (a browser does not learn why; the token function is asked for a new
 * token), a hub that is silent, busy or broken, a subscription that is paused, a token or store that fails. Not tried
 * again: what the hub says can never work, such as a filter that cannot be used, a durable subscription that does not
 * exist or a token without the scope for one; `onError` is told, and the state is `closed`.
 *
 * What will not happen: an event is not handed over twice, unless `onReset` has said in between that the history is
 * another; handlers are not called side by side; nothing is stored but the cursor; the whole of an event that comes with
 * `dataref`, because it was too large for a socket, is not fetched; the token is not verified, and never in the URL.
 *
 * @throws TypeError, TidingsError FILTER_INVALID, CURSOR_INVALID, SUBSCRIPTION_INVALID if the options cannot be used
 */
export function createDelivery(options: DeliveryOptions): Delivery {
  const wish = wishOf(options);
  const isDurable = 'subscription' in wish;
  return startDelivery(options, wish, isDurable ? (how) => new Acknowledgements(how) : undefined);
}
