import type { StatusReason } from '@tidings/client';
import type { FeedConnection } from './live-feed.ts';

const REASONS: Readonly<Partial<Record<StatusReason, string>>> = {
  'handler-slow': 'This page is slower than the events; what it could not take comes by pages',
  'rate-limited': 'The hub has asked to wait',
  'subscription-paused': 'The subscription is paused',
  'hub-failed': 'The hub failed to answer',
  'socket-closed': 'The connection was closed',
  'handshake-refused': 'The hub could not be reached, or refused the token',
  'hub-silent': 'The hub did not answer in time',
  'token-refused': 'The token has ended, or the hub does not take it',
  'token-failed': 'There is no token',
  'socket-failed': 'The connection could not be made',
  'protocol-broken': 'What came was not of the protocol',
  refused: 'The hub refuses for good',
};

/** How the connection is, and why, in a sentence. It changes only when the connection does: it may be read out. */
export function connectionInWords({ state, reason }: FeedConnection): string {
  const why = (reason && REASONS[reason]) ?? '';
  switch (state) {
    case 'live':
      return 'Connected. Everything has come, and what happens comes as it happens.';
    case 'catching-up':
      return 'Connected. What happened meanwhile is coming.';
    case 'behind':
      return `${why || 'Something has to wait'}.`;
    case 'closed':
      return why === '' ? 'The connection is closed.' : `${why}.`;
    case 'connecting':
      return why === '' ? 'Connecting.' : `${why}.`;
  }
}

/** When there is another try, where the connection waits for one. It changes every second. */
export function retryInWords({ retryAt }: FeedConnection, now: number): string {
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt - now) / 1000);
  return seconds > 0 ? `Trying again in ${seconds} s.` : '';
}
