import type { SocketSlots } from '../lambdas/core/ports/socket-slots.ts';

const slots: SocketSlots = { take: async () => ({ kind: 'taken' }), release: async () => {} };

/** What a hub has that never refuses anybody for having, or asking for, too much. */
export const UNLIMITED = {
  slots,
  control: { isOpen: async () => true, close: async () => {} },
  meter: { count: () => 1 },
};
