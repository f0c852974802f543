import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSocketStage,
  recipientOf,
  type SocketStage,
  STAGE_TENANT as tenant,
} from '../../test/property/socket-stage.ts';
import { connect, disconnect } from './open-socket.ts';

/** The stage has two slots for a user and three for the tenant. */
describe('opening a socket', () => {
  let stage: SocketStage;
  let count = 0;
  beforeEach(() => {
    stage = createSocketStage();
    count = 0;
  });

  const socketOf = (subject = 'alice') => {
    count += 1;
    return { connectionId: `c${count}`, recipient: recipientOf({ subject }), connectedAt: stage.now() };
  };
  const open = async (subject?: string, types?: string) => {
    const socket = socketOf(subject);
    await connect(socket, types, stage.ports);
    return socket;
  };
  const TOO_MANY = expect.objectContaining({ code: 'TOO_MANY_SOCKETS' });

  it('is refused to a user who has as many as one may have, and not to another of the tenant', async () => {
    await open();
    await open();
    await expect(open()).rejects.toEqual(TOO_MANY);
    await expect(open('bob')).resolves.toBeDefined();
  });

  it('is refused where the tenant has as many as it may have', async () => {
    for (const subject of ['alice', 'bob', 'carol']) await open(subject);
    await expect(open('dave')).rejects.toEqual(TOO_MANY);
  });

  it('is possible again when another has ended', async () => {
    const first = await open();
    await open();
    await disconnect(first, stage.ports);
    await expect(open()).resolves.toBeDefined();
  });

  it('asks API Gateway before a user is refused: sockets that ended unheard of are no reason', async () => {
    const first = await open();
    await open();
    stage.gone.add(first.connectionId);
    await expect(open(), 'one so young may not be there yet').rejects.toEqual(TOO_MANY);
    stage.pass(11);
    await expect(open()).resolves.toBeDefined();
    await expect(open()).rejects.toEqual(TOO_MANY);
  });

  it('takes no slot for a filter that cannot be used', async () => {
    for (let i = 0; i < 5; i += 1) await expect(open('alice', '')).rejects.toMatchObject({ code: 'FILTER_INVALID' });
    await open();
    await expect(open()).resolves.toBeDefined();
  });

  it('gives the slot back where registering a listener fails', async () => {
    const registry = { ...stage.registry, subscribe: () => Promise.reject(new Error('table down')) };
    for (let i = 0; i < 5; i += 1) {
      await expect(connect(socketOf(), 'bank.*', { ...stage.ports, registry })).rejects.toThrow('table down');
    }
    await expect(open('alice', 'bank.*')).resolves.toBeDefined();
    expect((await stage.registry.list(tenant)).connections).toHaveLength(1);
  });

  it('still has a slot for the socket that follows an old one', async () => {
    await open();
    await open();
    stage.pass(91 * 60);
    await open();
    await expect(open()).resolves.toBeDefined();
  });
});
