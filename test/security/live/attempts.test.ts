import { beforeAll, describe, expect, inject, it } from 'vitest';
import { has } from '../../acceptance/capabilities.ts';
import { DescribedApi } from '../../acceptance/described-api.ts';
import { createRandom } from '../../acceptance/random.ts';
import { openSocket, type SocketClient } from '../../acceptance/socket-client.ts';
import { Attack, type Attacker, type Extent, insiders, type Outcome, strangers } from './attack.ts';
import { ACTIONS } from './attempt-generator.ts';
import { guardedRoutes } from './entrances.ts';
import { type Standing, Victim } from './victim.ts';

const seed = inject('seed');
const SECONDS = 1000;
/** An attacker's log has no more than what attempts put into it; the victim's has more than that. */
const OWN_HEAD = 299;
const STRANGERS: Extent = { perRoute: 330, perAction: has('socket-authorizer') ? 320 : 0 };
const INSIDERS: Extent = { perRoute: 70, perAction: has('socket-authorizer') ? 80 : 0 };
/** Routes and actions that show something to who may see it. */
const SHOWING = [
  'GET /events',
  'GET /events/{id}',
  'GET /subscriptions',
  'GET /subscriptions/{name}',
  'GET /subscriptions/{name}/events',
  'PATCH /subscriptions/{name}',
];

const api = await DescribedApi.read();
const random = createRandom(seed);

/** A victim with its things, and a socket that sees what happens to it. */
async function settle(): Promise<Victim> {
  const victim = new Victim();
  await victim.settleIn();
  return victim;
}

/** Lets the victim speak after the attack, and waits until it hears itself. */
async function speak(victim: Victim, witness: SocketClient): Promise<void> {
  const ids = await victim.speak(random);
  await Promise.all(ids.map((id) => witness.event(id)));
  await witness.settle();
}

const countOf = ({ attempts }: Outcome): number => [...attempts.values()].reduce((sum, count) => sum + count, 0);
const tell = (who: string, outcome: Outcome): void =>
  console.log(
    `Attempts of ${who}: ${countOf(outcome)}, leaks: ${outcome.leaks.length}; SEED=${seed}; ${[...outcome.attempts].map(([entrance, count]) => `${entrance} ${count}`).join(', ')}`,
  );

let total = 0;

describe('attackers of other tenants, with good tokens and all names that the victim has', () => {
  let victim: Victim;
  let witness: SocketClient;
  let before: Standing;
  let after: Standing;
  let outcome: Outcome;

  beforeAll(async () => {
    victim = await settle();
    before = await victim.standing();
  }, 120 * SECONDS);

  it(
    'attempt everything at every entrance, and see nothing',
    async () => {
      witness = await openSocket({ token: await victim.token(), ...(!has('socket-authorizer') && { types: ['*'] }) });
      if (has('socket-authorizer')) await witness.subscribe();
      const attack = new Attack(api, random, victim.marks, OWN_HEAD);
      await attack.run(await strangers(victim, api, random), STRANGERS);
      after = await victim.standing();
      await speak(victim, witness);
      outcome = await attack.finish();
      tell('strangers', outcome);
      total += countOf(outcome);
      expect(outcome.leaks.slice(0, 10)).toEqual([]);
      expect(JSON.stringify(witness.frames), 'what an attacker has sent reached the victim').not.toContain('intruder');
    },
    300 * SECONDS,
  );

  it('make nothing fail', () => {
    expect(outcome.failures.slice(0, 10)).toEqual([]);
  });

  it('change nothing of the victim: no event, no head, no subscription, no cursor', () => {
    expect(after).toEqual(before);
  });

  it('have tried each route that takes a token, and each action', () => {
    const actions = has('socket-authorizer') ? ACTIONS : [];
    expect([...outcome.attempts.keys()]).toEqual(expect.arrayContaining([...guardedRoutes(api), ...actions]));
  });
});

describe('users of the victim’s own tenant, who are of other organizations and roles', () => {
  it(
    'see nothing of what is for others',
    async () => {
      const victim = await settle();
      const { head, events } = await victim.standing();
      const attack = new Attack(api, random, victim.restrictedMarks, Number.POSITIVE_INFINITY);
      const witness = await openSocket({
        token: await victim.token(),
        ...(!has('socket-authorizer') && { types: ['*'] }),
      });
      if (has('socket-authorizer')) await witness.subscribe();
      await attack.run(await insiders(victim, api, random), INSIDERS);
      expect(await victim.standing(), 'no event was added').toMatchObject({ head, events });
      await speak(victim, witness);
      const outcome = await attack.finish();
      tell('insiders', outcome);
      total += countOf(outcome);
      expect(outcome.leaks.slice(0, 10)).toEqual([]);
      expect(outcome.failures.slice(0, 10)).toEqual([]);
    },
    300 * SECONDS,
  );

  it.runIf(has('socket-authorizer'))('and with the others, those are more than 5,000 attempts', () => {
    expect(total).toBeGreaterThanOrEqual(5000);
  });
});

describe('a hub that takes everybody for the victim', () => {
  it(
    'is seen through, by the same attempts, at every entrance that shows something',
    async () => {
      const victim = await settle();
      const before = await victim.standing();
      const token = await victim.token();
      const attackers: readonly Attacker[] = (await strangers(victim, api, random)).map((one) => ({ ...one, token }));
      const attack = new Attack(api, random, victim.marks, OWN_HEAD);
      await attack.run(attackers, { perRoute: 40, perAction: has('socket-authorizer') ? 40 : 0, readsFirst: true });
      const { leaks } = await attack.finish();
      const found = new Set(leaks.map(({ entrance }) => entrance));
      const sockets = has('socket-authorizer') ? ['socket of an attacker'] : [];
      expect([...found]).toEqual(expect.arrayContaining([...SHOWING, ...sockets]));
      const after = await victim.standing();
      expect(after['head']).not.toEqual(before['head']);
      expect(after['subscriptions']).not.toEqual(before['subscriptions']);
    },
    120 * SECONDS,
  );
});
