/** The WebSocket subprotocol, offered by the client and chosen by the hub. */
export const SUBPROTOCOL = 'tidings.v1';

/** A browser cannot set headers: it offers its token as a second subprotocol with this before it. Never echoed. */
export const TOKEN_SUBPROTOCOL_PREFIX = 'bearer.';

/** Seconds between two signs of life that a client should send: API Gateway cuts an idle socket after 600. */
export const HEARTBEAT_SECONDS = 240;
