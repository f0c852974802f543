export { type ConnectDomOptions, connectDom, type DomTarget } from './connect-dom.ts';
export type { TidingsDomEvent, TidingsDomEventMap } from './dom-events.ts';
export type { LiveClient } from './live-client.ts';
