import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../../acceptance/capabilities.ts';
import { newEvent, newTenant } from '../../acceptance/events.ts';
import {
  type Answer,
  eventPath,
  postStructured,
  publish,
  request,
  tokenFor,
  waitForHead,
} from '../../acceptance/hub.ts';
import { openSocket, type SocketClient } from '../../acceptance/socket-client.ts';
import { ALL_SCOPES, SubscriptionRoutes } from '../../acceptance/subscription-routes.ts';

/** Headers that differ from answer to answer, whatever is asked. */
const PASSING = [
  'date',
  'apigw-requestid',
  'x-amzn-requestid',
  'x-amz-request-id',
  'x-amz-apigw-id',
  'x-amzn-trace-id',
];

const [victim, intruder] = [newTenant('victim'), newTenant('intruder')];
/** Of the same length: what is repeated of them must be all that differs. */
const [existing, absent] = [`existing-${randomUUID()}`, `abstract-${randomUUID()}`];
let routes: SubscriptionRoutes;
let own: string;

beforeAll(async () => {
  const owner = await tokenFor({ tenant: victim, scope: `bank ${ALL_SCOPES}` });
  await publish([newEvent(victim, { id: existing, userids: 'u1' })], owner);
  await waitForHead(victim, 1);
  await new SubscriptionRoutes(owner).make(existing, { cursor: { sequence: 0 } });
  own = await tokenFor({ tenant: intruder, scope: `bank ${ALL_SCOPES}` });
  routes = new SubscriptionRoutes(own);
});

/** An answer without what it repeats of the name that was asked for. */
const shapeOf = ({ status, headers, text }: Answer, name: string): unknown => ({
  status,
  headers: [...headers].filter(([header]) => !PASSING.includes(header)),
  text: text.replaceAll(name, '<name>'),
});

describe('what another tenant has is answered like what nobody has', () => {
  const asked: readonly (readonly [string, (name: string) => Promise<Answer>])[] = [
    ['reading an event', (name) => request('GET', eventPath(name), { token: own })],
    ['showing a subscription', (name) => routes.show(name)],
    ['changing one', (name) => routes.change(name, { status: 'paused' })],
    ['consuming one', (name) => routes.pull(name)],
    ['acknowledging', (name) => routes.ack(name, { sequence: 1 })],
    ['acknowledging what is not there yet', (name) => routes.ack(name, { sequence: 100 })],
    ['deleting one', (name) => routes.remove(name)],
    ['creating one of that name', (name) => routes.create({ name, cursor: { epoch: 'foreign', sequence: 1 } })],
    ['filtering by that name', (name) => request('GET', `/events?subjects=${name}`, { token: own })],
    [
      'sending an event to the tenant',
      (name) => postStructured(newEvent(name === existing ? victim : absent, { id: name }), own),
    ],
  ];

  it.each(asked)('when %s', async (_, ask) => {
    const [found, missing] = [await ask(existing), await ask(absent)];
    expect(shapeOf(found, existing)).toEqual(shapeOf(missing, absent));
  });

  it('when reading an event of one’s own tenant that is for others', async () => {
    const token = await tokenFor({ tenant: victim, user: 'u2' });
    const [hidden, missing] = [
      await request('GET', eventPath(existing), { token }),
      await request('GET', eventPath(absent), { token }),
    ];
    expect(hidden.status).toBe(404);
    expect(shapeOf(hidden, existing)).toEqual(shapeOf(missing, absent));
  });

  needs('socket-authorizer')('on a socket', async () => {
    const socket = await openSocket({ token: own });
    const answers = async (name: string) => [
      await ask(socket, { action: 'subscribe', subscription: name }, name),
      await ask(socket, { action: 'ack', subscription: name, sequence: 1 }, name),
      await ask(socket, { action: 'ack', subscription: name, sequence: 1, epoch: 'foreign' }, name),
    ];
    const found = await answers(existing);
    expect(found[0]).toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
    expect(found).toEqual(await answers(absent));
  });
});

/** The answer without its id, and without what it repeats of the name. */
async function ask(socket: SocketClient, message: Readonly<Record<string, unknown>>, name: string): Promise<unknown> {
  const { id: _id, ...frame } = await socket.request(message);
  return JSON.parse(JSON.stringify(frame).replaceAll(name, '<name>'));
}
