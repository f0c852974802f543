import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ScriptedLive } from '../../test/scripted-live.ts';
import { typedEvent } from '../../test/typed-event.ts';
import { DeliveryError } from '../delivery/index.ts';
import { connectDom } from './connect-dom.ts';

/** A target, and what it hears of under the names that are listened to. */
function listening(...names: readonly string[]) {
  const target = new EventTarget();
  const heard: [name: string, detail: unknown][] = [];
  for (const name of names) {
    target.addEventListener(name, (event) => heard.push([event.type, (event as CustomEvent).detail]));
  }
  return { target, heard };
}

const names = (heard: readonly (readonly [string, unknown])[]): readonly string[] => heard.map(([name]) => name);

describe('connectDom', () => {
  it('dispatches each event under its type and as an event, with the event itself as its detail', () => {
    const live = new ScriptedLive();
    const { target, heard } = listening('tidings:bank.test:created@v1', 'tidings:event');
    connectDom(live, { target });
    const event = typedEvent(1);
    live.deliver(event);
    expect(heard).toEqual([
      ['tidings:bank.test:created@v1', event],
      ['tidings:event', event],
    ]);
    expect(heard[0]?.[1]).toBe(event);
  });

  it('dispatches status, reset and error', () => {
    const live = new ScriptedLive();
    const { target, heard } = listening('tidings:status', 'tidings:reset', 'tidings:error');
    const written = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => written.mockRestore());
    connectDom(live, { target, patterns: ['community.*'] });
    live.enter('live', 'caught-up');
    live.reset({ reason: 'epoch', epoch: 'e', oldest: 1, head: 1, previous: undefined });
    live.fail(new DeliveryError('HANDLER_FAILED', 'failed'));
    expect(heard).toMatchObject([
      ['tidings:status', { state: 'live' }],
      ['tidings:reset', { reason: 'epoch' }],
      ['tidings:error', { code: 'HANDLER_FAILED' }],
    ]);
    expect(written).toHaveBeenCalledTimes(1);
    target.addEventListener('tidings:error', (event) => event.preventDefault());
    live.fail(new DeliveryError('HANDLER_FAILED', 'dealt with'));
    expect(written).toHaveBeenCalledTimes(1);
  });

  it('dispatches what one of its patterns matches, once, under a prefix of choice', () => {
    const live = new ScriptedLive();
    const { target, heard } = listening('app-event');
    connectDom(live, { target, prefix: 'app-', patterns: ['bank.*', 'bank.test:*'] });
    live.deliver(typedEvent(1), typedEvent(2, 'community.member:left@v1'));
    expect(names(heard)).toEqual(['app-event']);
  });

  it('is one bridge, whoever connects, until the last has gone', () => {
    const live = new ScriptedLive();
    const { target, heard } = listening('tidings:event');
    const first = connectDom(live, { target, patterns: ['bank.*'] });
    const second = connectDom(live, { target });
    live.deliver(typedEvent(1));
    second();
    second();
    live.deliver(typedEvent(2), typedEvent(3, 'community.member:left@v1'));
    expect(heard.map(([, detail]) => (detail as { id: string }).id)).toEqual(['event-1', 'event-2']);
    first();
    expect(live.handlers).toBe(0);
    live.deliver(typedEvent(4));
    connectDom(live, { target });
    live.deliver(typedEvent(5));
    expect(heard).toHaveLength(3);
  });

  it('bridges two clients, and to two targets, side by side', () => {
    const [one, other] = [new ScriptedLive(), new ScriptedLive()];
    const [left, right] = [listening('tidings:event'), listening('tidings:event')];
    connectDom(one, { target: left.target });
    connectDom(other, { target: left.target });
    connectDom(one, { target: right.target });
    one.deliver(typedEvent(1));
    other.deliver(typedEvent(1));
    expect([left.heard.length, right.heard.length]).toEqual([2, 1]);
  });

  it('says what it lacks where there is no window, and what is wrong with its options', () => {
    const live = new ScriptedLive();
    expect(() => connectDom(live)).toThrow(
      'connectDom: expected a window to dispatch events on, found none. Pass { target }',
    );
    expect(() => connectDom(live, { target: {} as EventTarget })).toThrow(
      'a target that has dispatchEvent, found an object',
    );
    expect(() => connectDom(live, { target: new EventTarget(), patterns: [] })).toThrow(
      'at least one pattern, found none',
    );
    expect(live.handlers).toBe(0);
  });

  it('does not compile with a pattern that matches nothing', () => {
    const target = new EventTarget();
    // @ts-expect-error no module is called bnak
    connectDom(new ScriptedLive(), { target, patterns: ['bank.*', 'bnak.*'] })();
  });
});
