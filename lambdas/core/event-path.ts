import { parseSubscriptionName, type SubscriptionName } from '@tidings/contracts';

/**
 * The id in a path whose parameter API Gateway has decoded once. An id that was encoded once only is understood as
 * well, unless a `%` in it happens to make sense.
 */
export function idOfPathParameter(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
}

/**
 * The name of a subscription in a path, which is encoded like the id of an event.
 * @throws TidingsError SUBSCRIPTION_INVALID
 */
export const nameOfPathParameter = (parameter: string | undefined): SubscriptionName =>
  parseSubscriptionName(parameter === undefined ? undefined : idOfPathParameter(parameter), '/name');
