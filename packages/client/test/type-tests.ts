/**
 * What must compile and what must not. Nothing here runs: the compiler is the test, on the sources and on the packed
 * package. A line under `@ts-expect-error` that compiles is an error.
 */
import {
  bankTestCreatedV1,
  createTopics,
  EVENT_TYPES,
  type EventMatching,
  type EventTypeName,
  eventPattern,
  type NewEvent,
  type Publisher,
  type PublishResult,
  type TidingsEvent,
  type TidingsLive,
  type TypesMatching,
} from '@tidings/client';

type Equal<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const holds = <_ extends true>(): void => {};

declare const live: TidingsLive;
declare const publisher: Publisher;
declare const text: string;

const person = {
  firstName: 'John',
  lastName: 'Doe',
  favoriteColor: 'Red',
  registrationDate: '2026-01-31T09:30:00Z',
} as const;

export function patterns(): void {
  holds<Equal<TypesMatching<'bank.transaction:*'>, `bank.transaction:${'created' | 'deleted' | 'statuschanged'}@v1`>>();
  holds<Equal<TypesMatching<'*'>, EventTypeName>>();
  holds<Equal<TypesMatching<'bank.*'>, Extract<EventTypeName, `bank.${string}`>>>();
  holds<Equal<TypesMatching<'*.member:*@v1'>, 'community.member:joined@v1' | 'community.member:left@v1'>>();
  holds<Equal<TypesMatching<'bank'>, never>>();
  // A `*` does not cross a dot, and what is only known as text may match everything.
  holds<Equal<TypesMatching<'bank*'>, never>>();
  holds<Equal<TypesMatching<string>, EventTypeName>>();
  holds<Equal<EventMatching<'bank.test:created@v1'>, TidingsEvent<'bank.test:created@v1'>>>();
}

export function handlers(): void {
  live.on('bank.transaction:created@v1', ({ data }) => {
    const code: number = data.status.code;
    // @ts-expect-error the number of a state is a number
    const wrong: string = data.status.code;
    // @ts-expect-error there is no such property
    data.amount;
    return [code, wrong];
  });
  live.on('bank.*', (event) => {
    // @ts-expect-error not every event of the bank has a person
    event.data.firstName;
    if (event.type === 'bank.test:created@v1') event.data.firstName.toUpperCase();
    const sequence: string = event.sequence;
    return sequence;
  });
  live.on('*', ({ type }) => type satisfies EventTypeName);
  live.on(text, ({ type }) => type satisfies EventTypeName);
  live.on(EVENT_TYPES.communityMemberLeftV1, ({ data }) => data.verb);

  // @ts-expect-error no such module
  live.on('bnk.*', () => {});
  // @ts-expect-error no such version
  live.on('bank.test:created@v2', () => {});
  // @ts-expect-error a pattern without the action matches no type
  live.on('bank.transaction', () => {});
  // @ts-expect-error `*` does not cross a dot
  live.on('b*created@v1', () => {});
  // @ts-expect-error the handler wants another event than the pattern gives
  live.on('bank.test:created@v1', (_: TidingsEvent<'bank.transaction:deleted@v1'>) => {});
}

export async function iterating(): Promise<void> {
  for await (const event of live.events('community.message:posted@v1')) event.data.object.text.trim();
  // @ts-expect-error nothing can match
  for await (const _ of live.events('community')) break;
}

export async function publishing(): Promise<void> {
  const { id, type } = await publisher.publish({ type: 'bank.test:created@v1', tenantid: 'acme', data: person });
  holds<Equal<typeof id, string>>();
  type.length;
  const result: PublishResult = await publisher.publish([bankTestCreatedV1({ tenantid: 'acme', data: person })]);
  result.rejected[0]?.code;

  // @ts-expect-error no such type
  await publisher.publish({ type: 'bank.test:created@v2', tenantid: 'acme', data: person });
  // @ts-expect-error no tenant
  await publisher.publish({ type: 'bank.test:created@v1', data: person });
  const pink = { ...person, favoriteColor: 'Pink' } as const;
  // @ts-expect-error no such colour
  await publisher.publish({ type: 'bank.test:created@v1', tenantid: 'acme', data: pink });
  // @ts-expect-error a misspelt attribute
  await publisher.publish({ type: 'bank.test:created@v1', tenantId: 'acme', data: person });
  // @ts-expect-error the data of another type
  await publisher.publish({ type: 'bank.transaction:deleted@v1', tenantid: 'acme', data: person });
  // @ts-expect-error a property is missing
  bankTestCreatedV1({ tenantid: 'acme', data: { firstName: 'John' } });
  // @ts-expect-error a property too many
  bankTestCreatedV1({ tenantid: 'acme', data: { ...person, surname: 'Doe' } });
  // @ts-expect-error one wrong event in a list
  await publisher.publish([{ type: 'bank.test:created@v1', tenantid: 'acme', data: { ...person, age: 'old' } }]);

  const event: NewEvent<'bank.test:created@v1'> = bankTestCreatedV1({ tenantid: 'acme', data: person });
  return void event;
}

export function rules(): void {
  eventPattern('bank.transaction:*');
  // @ts-expect-error nothing can match
  eventPattern('bank.transactions:*');
}

export function topics(): void {
  const local = createTopics({ local: true });
  local.on('bank.*', ({ type }) => type satisfies `bank.${string}`);
  // @ts-expect-error nothing can match
  local.on('bank', () => {});
  // @ts-expect-error the data of another type
  void local.publish({ type: 'bank.transaction:deleted@v1', tenantid: 'acme', data: person });
}
