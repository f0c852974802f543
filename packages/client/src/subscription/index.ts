export type { SubscriptionDelivery } from './deliveries.ts';
export type { StopOptions, TidingsSubscriptionOptions } from './options.ts';
export { TidingsSubscription } from './tidings-subscription.ts';
export {
  type SubscriptionToCreate,
  type SubscriptionUpdate,
  TidingsSubscriptions,
} from './tidings-subscriptions.ts';
