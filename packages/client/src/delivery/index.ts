export type { Cursor } from '@tidings/contracts';
export type { ConnectionState, Status, StatusReason } from './connection.ts';
export { createDelivery } from './create-delivery.ts';
export { type CursorStore, memoryCursorStore, storageCursorStore, type TextStorage } from './cursor-store.ts';
export { DeliveryError, type DeliveryErrorCode, type ErrorSubject } from './delivery-error.ts';
export type { DeliveryRange } from './news.ts';
export type {
  CursorLike,
  Delivery,
  DeliveryOptions,
  DeliveryReset,
  FilterOptions,
  SubscriptionOptions,
  TokenReason,
} from './options.ts';
export {
  type Cancel,
  type Socket,
  type SocketEvents,
  type Surroundings,
  systemSurroundings,
  type WebSocketClass,
} from './surroundings.ts';
export { TIMING, type Timing } from './timing.ts';
