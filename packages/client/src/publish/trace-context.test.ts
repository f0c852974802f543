import { context, createTraceState, type SpanContext, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bankEvent } from '../../test/new-events.ts';
import { newEvent } from './new-event.ts';
import { activeTrace } from './trace-context.ts';

const SPAN: SpanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const inSpan = <Value>(span: SpanContext, call: () => Value): Value =>
  context.with(trace.setSpanContext(context.active(), span), call);

describe('the active trace', () => {
  it('is none without OpenTelemetry', () => {
    expect(activeTrace()).toEqual({});
  });

  describe('of OpenTelemetry', () => {
    beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
    afterEach(() => context.disable());

    it('goes along with the event, over an await', async () => {
      const traceState = createTraceState('vendor=value,other=1');
      const event = await inSpan({ ...SPAN, traceState }, async () => {
        await Promise.resolve();
        return newEvent(bankEvent());
      });
      expect(event).toMatchObject({ traceparent: TRACEPARENT, tracestate: 'vendor=value,other=1' });
    });

    it('says when a span is not sampled', () => {
      expect(inSpan({ ...SPAN, traceFlags: 0 }, activeTrace)).toEqual({ traceparent: TRACEPARENT.replace(/1$/, '0') });
    });

    it('yields to a trace that the caller gives', () => {
      const traceparent = TRACEPARENT.replaceAll('3', '4');
      const traceState = createTraceState('a=b');
      const event = inSpan({ ...SPAN, traceState }, () => newEvent(bankEvent({ traceparent })));
      expect(event.traceparent).toBe(traceparent);
      expect(event).not.toHaveProperty('tracestate');
    });

    it.each([
      { ...SPAN, traceId: '0'.repeat(32) },
      { ...SPAN, spanId: '0'.repeat(16) },
      { ...SPAN, traceId: 'short' },
    ])('is left out where it is invalid: $traceId $spanId', (span) => {
      expect(inSpan(span, activeTrace)).toEqual({});
      expect(inSpan(span, () => newEvent(bankEvent()))).not.toHaveProperty('traceparent');
    });

    it('drops a state that is too long to be carried, and never fails for it', () => {
      const traceState = { serialize: () => `a=${'b'.repeat(600)}` } as unknown as NonNullable<
        SpanContext['traceState']
      >;
      expect(inSpan({ ...SPAN, traceState }, activeTrace)).toEqual({ traceparent: TRACEPARENT });
      const broken = { serialize: () => Promise.reject } as unknown as NonNullable<SpanContext['traceState']>;
      expect(inSpan({ ...SPAN, traceState: broken }, activeTrace)).toEqual({ traceparent: TRACEPARENT });
    });
  });
});
