import { describe, expect, it } from 'vitest';
import { has, leaveOut, needs } from './capabilities.ts';
import type { CapabilityName } from './capability-list.ts';
import { newEvent, newTenant } from './events.ts';
import { signedByPublicKey, signedByStranger, unsigned } from './forged-token.ts';
import { publish, tokenFor } from './hub.ts';
import { containsPartOf } from './problem.ts';
import { openReceiver, openSocket, type SocketClient } from './socket-client.ts';

/** A refusal by its status; any refusal where the target answers all by the same. */
const refusal = (status: number) =>
  expect.objectContaining({
    name: 'HandshakeRefused',
    status: has('socket-refusal-status') ? status : expect.any(Number),
  });
const claims = (name: string) => ({ tenant: newTenant(name), organizations: ['o1'] });

describe('a handshake', () => {
  if (!has('socket-refusal-status'))
    leaveOut('a handshake that is refused: by 401 or 403 (it is refused all the same)', 'socket-refusal-status');
  const bad: readonly (readonly [string, (good: string) => Promise<string> | string | null])[] = [
    ['without token', () => null],
    ['with a word for a token', () => 'word'],
    ['with a token without signature', unsigned],
    ['with a token that a stranger has signed', (good) => signedByStranger(good)],
    ['with a token signed by the public key', (good) => signedByPublicKey(good)],
    ['with a token without end', (good) => signedByStranger(good, { claims: { exp: undefined } })],
  ];
  for (const [name, make] of bad) {
    it(`${name} is refused by 401, in both ways of sending it`, async () => {
      const token = await make(await tokenFor(claims('handshake')));
      await expect(openSocket({ token, tokenIn: 'header' })).rejects.toEqual(refusal(401));
      await expect(openSocket({ token, tokenIn: 'subprotocol' })).rejects.toEqual(refusal(401));
      await expect(openSocket({ token, tokenIn: 'header', types: ['*'] })).rejects.toEqual(refusal(401));
    });
  }

  needs('chosen-validity')('with a token that is not good now and here is refused', async () => {
    const who = claims('validity');
    const bad = [
      { ...who, expiresIn: 0 },
      { ...who, notBefore: 600 },
      { ...who, audience: 'another' },
    ];
    for (const one of bad) await expect(openSocket({ claims: one }), JSON.stringify(one)).rejects.toEqual(refusal(401));
  });

  it('with a token without tenant is refused by 403', async () => {
    await expect(openSocket({ claims: {} })).rejects.toEqual(refusal(403));
  });

  for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'http://127.0.0.1:80@evil.example']) {
    it(`from ${origin} is refused by 403`, async () => {
      await expect(openSocket({ claims: claims('origin'), origin })).rejects.toEqual(refusal(403));
    });
  }

  it('from an allowed origin is accepted', async () => {
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:8080', 'http://localhost']) {
      const socket = await openSocket({ claims: claims('allowed'), origin });
      expect(socket.closed, origin).toBeUndefined();
    }
  });

  needs('subprotocol-echo')('is answered by the subprotocol, and never by the token', async () => {
    const socket = await openSocket({ claims: claims('echo'), tokenIn: 'subprotocol' });
    expect(socket.protocol).toBe('tidings.v1');
    const plain = await openSocket({ claims: claims('echo'), tokenIn: 'header' });
    expect(plain.protocol).toBe('');
  });
});

/** Checks that a socket still does what it is for. */
async function expectAlive(socket: SocketClient, tenant: string): Promise<void> {
  const event = newEvent(tenant);
  await publish([event]);
  expect(await socket.event(event.id), tenant).toMatchObject(event);
}

describe('a message that cannot be served is answered by an error frame, and the socket goes on', () => {
  type Row = readonly [
    name: string,
    text: string,
    code: string,
    id?: string | undefined,
    path?: string | undefined,
    ...needed: CapabilityName[],
  ];
  const rows: readonly Row[] = [
    ['an unknown action', '{"action":"dance","id":"7"}', 'ACTION_UNKNOWN', '7'],
    ['no action', '{"id":"8"}', 'FRAME_MALFORMED', '8'],
    ['no JSON', 'hello', 'FRAME_NOT_JSON', undefined],
    ['half a JSON', '{"action":"subscribe","id":"9"', 'FRAME_NOT_JSON', undefined],
    ['no object', '[1,2]', 'FRAME_MALFORMED', undefined],
    ['an id that is no string', '{"action":"dance","id":7}', 'FRAME_MALFORMED', undefined],
    [
      // API Gateway takes frames of at most 32 KiB from a client.
      '16,000 levels',
      `${'['.repeat(16_000)}${']'.repeat(16_000)}`,
      'JSON_TOO_DEEP',
      undefined,
      undefined,
      'socket-nesting',
    ],
    ['the key __proto__', '{"action":"subscribe","filter":{"__proto__":{}}}', 'JSON_KEY_REFUSED', undefined],
    [
      'an unknown list in the filter',
      '{"action":"subscribe","id":"1","filter":{"colours":["red"]}}',
      'FILTER_INVALID',
      '1',
      '/filter/colours',
    ],
    ['a filter that is none', '{"action":"subscribe","id":"2","filter":"bank.*"}', 'FILTER_INVALID', '2', '/filter'],
    [
      'a value in the filter that is none',
      '{"action":"subscribe","id":"3","filter":{"types":["bank.*",7]}}',
      'FILTER_INVALID',
      '3',
      '/filter/types/1',
    ],
    [
      'too many values in the filter',
      JSON.stringify({ action: 'subscribe', id: '4', filter: { subjects: Array(101).fill('s') } }),
      'FILTER_INVALID',
      '4',
      '/filter/subjects',
    ],
    ['an unknown member', '{"action":"subscribe","id":"5","filters":{}}', 'FRAME_MALFORMED', '5', '/filters'],
  ];

  for (const [name, text, code, id, path, ...needed] of rows) {
    needs(...needed)(name, async () => {
      const who = claims('frame');
      const socket = await openReceiver(who);
      socket.send(text);
      const frame = await socket.frame(`an error frame to ${text.slice(0, 80)}`, ({ type }) => type === 'error');
      const about = `${who.tenant}: ${JSON.stringify(frame)}`;
      expect({ code: frame.code, id: frame.id }, about).toEqual({ code, id });
      expect(frame.message, about).toMatch(/[Ee]xpected|[Uu]nknown|refused|cannot|nested/);
      const paths = path === undefined ? [] : [path];
      expect(
        (frame.errors ?? []).map((error) => error.path),
        about,
      ).toEqual(expect.arrayContaining(paths));
      expect(containsPartOf(JSON.stringify(frame), await tokenFor(who)), about).toBe(false);
      await expectAlive(socket, who.tenant);
      expect(
        socket.frames.filter(({ type }) => type === 'error'),
        about,
      ).toHaveLength(1);
    });
  }

  it('twenty of them in a row', async () => {
    const who = claims('row');
    const socket = await openReceiver(who);
    const sent = Array.from({ length: 20 }, (_, index) => `row-${index}`);
    for (const id of sent) socket.send(JSON.stringify({ action: 'dance', id }));
    await socket.frame('twenty errors', () => socket.frames.filter(({ type }) => type === 'error').length === 20);
    const ids = socket.frames.flatMap(({ type, id }) => (type === 'error' ? [id] : []));
    expect(ids.sort(), who.tenant).toEqual(sent.sort());
    await expectAlive(socket, who.tenant);
  });
});

describe('a subscription', () => {
  needs('socket-authorizer')('is answered by the head, and replaces the one before', async () => {
    const who = claims('replace');
    const socket = await openSocket({ claims: who });
    expect(await socket.subscribe({ types: ['community.*'] }), who.tenant).toMatchObject({
      head: 0,
      heartbeatSeconds: 240,
    });
    const [bank, community] = [newEvent(who.tenant), newEvent(who.tenant, { type: 'community.member:left@v1' })];
    await publish([bank]);
    await publish([community]);
    await socket.event(community.id);
    const answer = await socket.subscribe({ types: ['bank.*'] });
    expect(answer, who.tenant).toMatchObject({ head: 2, epoch: expect.stringMatching(/./) });
    const [later, wanted] = [newEvent(who.tenant, { type: 'community.member:left@v1' }), newEvent(who.tenant)];
    await publish([later]);
    await publish([wanted]);
    await socket.event(wanted.id);
    await socket.settle();
    expect(
      socket.events.map(({ id }) => id),
      who.tenant,
    ).toEqual([community.id, wanted.id]);
  });

  needs('socket-authorizer')('that a bad one follows stays as it was', async () => {
    const who = claims('keep');
    const socket = await openSocket({ claims: who });
    await socket.subscribe({ types: ['bank.*'] });
    expect(await socket.request({ action: 'subscribe', filter: { types: 'all' } })).toMatchObject({ type: 'error' });
    await expectAlive(socket, who.tenant);
  });

  it('by ?types= that cannot be used is refused at the handshake', async () => {
    const status = has('socket-refusal-status') ? { status: 400 } : {};
    await expect(openSocket({ claims: claims('types'), types: ['x'.repeat(300)] })).rejects.toMatchObject({
      name: 'HandshakeRefused',
      ...status,
    });
  });
});
