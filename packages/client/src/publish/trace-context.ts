/** As much of an OpenTelemetry span context as is used. */
interface SpanContext {
  readonly traceId?: unknown;
  readonly spanId?: unknown;
  readonly traceFlags?: unknown;
  readonly traceState?: { serialize?(): unknown };
}

/** What `@opentelemetry/api` 1.x has registered for all of its copies, as far as it is used. */
interface OpenTelemetry {
  readonly context?: {
    active?(): { getValue?(key: symbol): { spanContext?(): SpanContext | undefined } | undefined } | undefined;
  };
}

/** W3C Trace Context as attributes of an event. Source: CloudEvents "distributed tracing" extension. */
export interface TraceAttributes {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** Source: `@opentelemetry/api` 1.x, where every copy of the package finds the one that was registered first. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN');

/** Characters of a `tracestate` that everybody has to carry. Source: W3C Trace Context, section 3.3.1.5. */
const MAX_TRACESTATE = 512;

/**
 * The trace that the caller is in, if there is OpenTelemetry and a valid span is active.
 *
 * The registry is read, and no package imported: so nobody needs OpenTelemetry to publish, whatever bundles this.
 * Publishing never fails for the sake of tracing.
 */
export function activeTrace(): TraceAttributes {
  try {
    const registry = (globalThis as unknown as Readonly<Record<symbol, OpenTelemetry | undefined>>)[REGISTRY];
    const context = registry?.context?.active?.()?.getValue?.(SPAN)?.spanContext?.();
    return context === undefined ? {} : toAttributes(context);
  } catch {
    return {};
  }
}

function toAttributes({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceAttributes {
  if (!isId(traceId, 32) || !isId(spanId, 16)) return {};
  const flags = (Number(traceFlags) & 0xff).toString(16).padStart(2, '0');
  const tracestate = traceState?.serialize?.();
  const isKept = typeof tracestate === 'string' && /^[\x20-\x7e]+$/.test(tracestate);
  return {
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    ...(isKept && tracestate.length <= MAX_TRACESTATE && { tracestate }),
  };
}

const isId = (value: unknown, length: number): value is string =>
  typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value) && !/^0+$/.test(value);
