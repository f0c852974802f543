import { createElement, type FunctionComponent } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ScriptedLive } from '../../test/scripted-live.ts';
import { TidingsProvider, type TidingsProviderProps, useEvent, useEvents, useTidings } from './index.ts';

const State: FunctionComponent = () => {
  const { state } = useTidings();
  const events = useEvents('bank.*');
  useEvent('bank.*', () => expect.unreachable('an event on a server'));
  return `${state}, ${events.length} events`;
};

const render = (props: TidingsProviderProps, child: FunctionComponent = State): string =>
  renderToString(createElement(TidingsProvider, props, createElement(child)));

describe('rendered on a server', () => {
  it('is connecting, without events, and opens no socket', () => {
    const openSocket = (): never => expect.unreachable('a socket on a server');
    const token = (): never => expect.unreachable('a token on a server');
    const options = { url: 'wss://hub.example/v1', token, surroundings: { openSocket, schedule: openSocket } };
    expect(render({ options })).toBe('connecting, 0 events');
  });

  it('shows the same with a client that is live, so that the browser can take over', () => {
    const client = new ScriptedLive();
    client.enter('live', 'caught-up');
    expect(render({ client })).toBe('connecting, 0 events');
    expect([client.connects, client.handlers]).toEqual([0, 0]);
  });
});

describe('used in a wrong way', () => {
  it.each([
    ['useTidings', State],
    ['useEvent', () => useEvent('*', () => undefined) ?? null],
    ['useEvents', () => useEvents('*').length],
  ] as [string, FunctionComponent][])('outside of a provider, %s says what is missing', (hook, component) => {
    expect(() => renderToString(createElement(component))).toThrow(
      `${hook}: expected a <TidingsProvider> above this component, found none. Render it inside <TidingsProvider`,
    );
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a list of %s events', (limit) => {
    const list: FunctionComponent = () => useEvents('*', { limit }).length;
    expect(() => render({ client: new ScriptedLive() }, list)).toThrow(
      `useEvents: expected a limit that is a whole number above 0, found ${limit}`,
    );
  });

  it('refuses a provider with neither a client nor options, or with both', () => {
    const client = new ScriptedLive();
    const options = { url: 'wss://hub.example/v1', token: () => '' };
    expect(() => render({} as TidingsProviderProps)).toThrow('expected either client or options, found neither');
    expect(() => render({ client, options } as unknown as TidingsProviderProps)).toThrow('found both');
  });

  it('does not compile with a pattern that matches nothing, or a handler of another event', () => {
    const Wrong: FunctionComponent = () => {
      // @ts-expect-error no module is called bnak
      useEvents('bnak.*');
      // @ts-expect-error nothing in a message is a transaction
      useEvent('community.message:*', ({ data }) => data.transactionId);
      return null;
    };
    expect(render({ client: new ScriptedLive() }, Wrong)).toBe('');
  });
});
