import { describe, expect } from 'vitest';
import { needs } from './capabilities.ts';
import { newEvent, newTenant } from './events.ts';
import { readToken } from './forged-token.ts';
import { publish, tokenFor } from './hub.ts';
import { openReceiver, openSocket } from './socket-client.ts';
import { waitFor } from './wait.ts';

describe('a socket whose token has expired', () => {
  for (const way of ['subscribes', 'listens'] as const) {
    const test = way === 'subscribes' ? needs('socket-authorizer') : needs();
    test(`receives nothing any more, while others do (one that ${way})`, async () => {
      const tenant = newTenant('expiry');
      const token = await tokenFor({ tenant, expiresIn: 3 });
      const expiry = Number(readToken(token).claims['exp']) * 1000;
      const expiring = await openSocket({ token, ...(way === 'listens' && { types: ['*'] }) });
      if (way === 'subscribes') await expiring.subscribe();
      const lasting = await openReceiver({ tenant });
      const [before, after, fence] = [newEvent(tenant), newEvent(tenant), newEvent(tenant)];
      await publish([before]);
      await Promise.all([expiring.event(before.id), lasting.event(before.id)]);
      await waitFor('the token to expire', () => Date.now() > expiry || undefined);
      await publish([after]);
      await lasting.event(after.id);
      await publish([fence]);
      await lasting.event(fence.id);
      await expiring.settle();
      expect(
        expiring.events.map(({ id }) => id),
        tenant,
      ).toEqual([before.id]);
    });
  }

  needs('socket-authorizer')('cannot subscribe', async () => {
    const tenant = newTenant('late');
    const token = await tokenFor({ tenant, expiresIn: 2 });
    const socket = await openSocket({ token });
    const expiry = Number(readToken(token).claims['exp']) * 1000;
    await waitFor('the token to expire', () => Date.now() > expiry || undefined);
    const answer = await socket.request({ action: 'subscribe', filter: {} });
    expect(answer, tenant).toMatchObject({ type: 'error', code: 'TOKEN_EXPIRED' });
  });
});
