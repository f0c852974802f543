import { LIMITS } from '@tidings/contracts';

/**
 * A traceparent of version 00, whole. Ids of zeros only are invalid, and so is a version that nobody has defined yet: what
 * follows in it could mean anything. Source: W3C Trace Context, section 3.2.
 */
const TRACEPARENT = /^00-(?!0{32})(?<trace>[0-9a-f]{32})-(?!0{16})(?<parent>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})$/;

/** Characters of a `tracestate` that everybody has to carry. Source: W3C Trace Context, section 3.3.1.5. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/** The id of the trace that a traceparent belongs to: 32 hexadecimal digits. */
export const traceIdOf = (traceparent: string | undefined): string | undefined =>
  TRACEPARENT.exec(traceparent ?? '')?.groups?.['trace'];

/**
 * A traceparent in the form that X-Ray passes on from service to service: the same trace, written
 * `Root=1-<8 digits>-<24 digits>`. Source: X-Ray developer guide, "Tracing header" and "Sending trace data",
 * where ids from W3C Trace Context are taken without a time in their first digits.
 */
export function toXRayHeader(traceparent: string | undefined): string | undefined {
  const { trace = '', parent, flags = '' } = TRACEPARENT.exec(traceparent ?? '')?.groups ?? {};
  if (trace === '') return undefined;
  const sampled = Number.parseInt(flags, 16) & 1;
  return `Root=1-${trace.slice(0, 8)}-${trace.slice(8)};Parent=${parent};Sampled=${sampled}`;
}

/**
 * Puts an event into the trace of the request that it came with, unless it is in one already. A header that is no
 * traceparent is passed over, as the standard asks; nothing is refused for the sake of tracing.
 *
 * @param headers with names in lower case
 */
export function inheritTrace(candidate: unknown, headers: Readonly<Record<string, string | undefined>>): unknown {
  const { traceparent, tracestate = '' } = headers;
  if (traceIdOf(traceparent) === undefined || !isOutsideOfTraces(candidate)) return candidate;
  return { ...candidate, traceparent, ...(TRACESTATE.test(tracestate) && { tracestate }) };
}

/** One with as many attributes as an event may have stays as it is: it would be refused for what the hub has added. */
function isOutsideOfTraces(candidate: unknown): candidate is object {
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) return false;
  const { traceparent, tracestate } = candidate as { readonly traceparent?: unknown; readonly tracestate?: unknown };
  return (
    (traceparent ?? undefined) === undefined &&
    (tracestate ?? undefined) === undefined &&
    Object.keys(candidate).length + 2 <= LIMITS.attributes
  );
}
