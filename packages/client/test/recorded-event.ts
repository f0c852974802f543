import type { RecordedEvent } from '@tidings/contracts';

/** An event as the hub delivers it. */
export const recordedEvent = (sequence: number): RecordedEvent =>
  ({
    specversion: '1.0',
    id: `event-${sequence}`,
    source: 'com.tidings.bank',
    type: 'bank.test:created@v1',
    time: '2026-01-31T09:30:00Z',
    tenantid: 'acme',
    sequence: `${sequence}`.padStart(20, '0'),
    recordedtime: '2026-01-31T09:30:01Z',
    data: { number: sequence },
  }) as unknown as RecordedEvent;
