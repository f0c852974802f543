import { createRandom } from '../../property/random.ts';
import { type Draw, drawing } from './draw.ts';

/** An event as a producer sends it. */
export interface MadeEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly tenantid: string;
  readonly organizationids: string;
  readonly actorid: string;
  readonly traceparent: string;
  readonly datacontenttype: 'application/json';
  readonly data: unknown;
}

/** What the data of an event is like; see {@link realisticEvents}. */
export type DataKind = 'invoice' | 'transaction' | 'message' | 'random';

/** UTF-8 bytes of the data as JSON. */
export const DATA_BYTES = 1024;

/** What is left for a text when no other line of a list fits. */
const TEXT_BYTES = 40;
const DAY_MILLISECONDS = 86_400_000;
const START = Date.UTC(2026, 0, 5, 8);

/**
 * Events with data of one size, 1 KiB unless told otherwise: all different, and the same for the same seed. Ids, amounts,
 * names, addresses, texts and times are drawn for each event anew, so that what compresses is what does in life: the names
 * of members, and the few characters that UUIDs and numbers are made of. The attributes around the data are those of a
 * producer who traces its events and restricts them to an organisation.
 *
 * - `invoice`: customer, address, lines with products, and a note. The hub has no schema for it.
 * - `transaction`: `bank.transaction:created@v1`; nearly all of it is UUIDs.
 * - `message`: `community.message:posted@v1`; nearly all of it is words, in an order that never comes again.
 * - `random`: `bank.transaction:created@v1` with base64 of random bits, of which compression leaves three quarters.
 */
export function realisticEvents(
  kind: DataKind,
  count: number,
  {
    seed = 1,
    bytes = DATA_BYTES,
    tenant = 'fjord-accounting',
  }: { seed?: number; bytes?: number; tenant?: string } = {},
): readonly MadeEvent[] {
  const draw = drawing(createRandom(seed));
  const { type, source, entity, data } = KINDS[kind];
  return Array.from({ length: count }, (_, index) => {
    const made = data(draw, bytes);
    const found = bytesOf(made);
    if (found !== bytes) throw new Error(`Expected ${bytes} bytes of data, found ${found} (${kind}, seed ${seed})`);
    return {
      specversion: '1.0',
      id: draw.uuid(),
      source,
      type,
      subject: `${entity}/${draw.uuid()}`,
      time: new Date(START + index * 137 + draw.below(100)).toISOString(),
      tenantid: tenant,
      organizationids: `org-${1 + draw.below(40)}`,
      actorid: `user-${1000 + draw.below(9000)}`,
      traceparent: `00-${draw.hex(32)}-${draw.hex(16)}-01`,
      datacontenttype: 'application/json',
      data: made,
    };
  });
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function invoice(draw: Draw, bytes: number): unknown {
  const { first, last } = draw.person();
  const issued = START + draw.below(300) * DAY_MILLISECONDS;
  const head = {
    invoiceId: draw.uuid(),
    number: 200_000 + draw.below(700_000),
    customer: {
      customerId: draw.uuid(),
      name: `${first} ${last}`,
      email: `${first}.${last}${draw.below(100)}@${draw.domain()}`.toLowerCase(),
      address: draw.address(),
    },
    currency: draw.currency(),
    issuedAt: new Date(issued + draw.below(DAY_MILLISECONDS)).toISOString(),
    dueOn: new Date(issued + 30 * DAY_MILLISECONDS).toISOString().slice(0, 10),
    account: `NO${draw.digits(13)}`,
    reference: draw.digits(21),
    total: draw.amount(9_000_000),
  };
  const line = () => ({
    productId: draw.uuid(),
    text: draw.product(),
    quantity: 1 + draw.below(40),
    unitPrice: draw.amount(500_000),
    vatPercent: [0, 12, 15, 25][draw.below(4)],
  });
  const make = (lines: readonly unknown[], note: string) => ({ ...head, lines, note });
  return fill(make, line, (characters) => draw.prose(characters), bytes);
}

function transaction(draw: Draw, bytes: number): unknown {
  const company = draw.digits(15);
  const reference = (): string =>
    `urn:;${company};@tfso:generalledger:voucherid;transactionid:${draw.uuid()};${draw.uuid()}`.replaceAll(
      /[0-9a-f-]{36}/g,
      (id) => id.toUpperCase(),
    );
  const head = transactionHead(draw, company);
  const make = (uris: readonly string[], last: string) => ({ ...head, sourceUris: [...uris, `urn:${last}`] });
  return fill(make, reference, (characters) => draw.hex(characters), bytes);
}

const transactionHead = (draw: Draw, company: string) => ({
  transactionId: draw.uuid(),
  license: `${draw.uuid()};${company};${1000 + draw.below(9000)}`,
  status: { text: 'created', code: 100 },
});

function message(draw: Draw, bytes: number): unknown {
  const { first, last } = draw.person();
  const make = (text: string) => ({
    actor: { objectType: 'person', id: author, displayName: `${first} ${last}` },
    verb: 'post',
    object: { objectType: 'message', id, text },
    targets: [{ objectType: 'community', id: community }],
    language: 'en',
  });
  const author = `acct:${first}.${last}@${draw.domain()};${draw.digits(15)}`.toLowerCase();
  const id = `message:${draw.digits(15)};${draw.hex(8)}@fjord`;
  const community = `community:${draw.digits(15)};${draw.hex(6)}@fjord`;
  return make(draw.prose(bytes - bytesOf(make(''))));
}

function randomBits(draw: Draw, bytes: number): unknown {
  const head = transactionHead(draw, draw.digits(15));
  const make = (text: string) => ({ ...head, sourceUris: [text] });
  return make(draw.base64(bytes - bytesOf(make(''))));
}

/** Data with as many members in its list as fit, and a text that is as long as it must be. */
function fill<Member>(
  make: (members: readonly Member[], text: string) => unknown,
  member: () => Member,
  text: (characters: number) => string,
  bytes: number,
): unknown {
  const members: Member[] = [];
  for (let next = member(); bytesOf(make([...members, next], '')) <= bytes - TEXT_BYTES; next = member()) {
    members.push(next);
  }
  return make(members, text(bytes - bytesOf(make(members, ''))));
}

interface Kind {
  readonly type: string;
  readonly source: string;
  readonly entity: string;
  readonly data: (draw: Draw, bytes: number) => unknown;
}

const BANK = 'com.tidings.bank';
const TRANSACTION = { type: 'bank.transaction:created@v1', source: BANK, entity: 'transaction' } as const;

const KINDS: Readonly<Record<DataKind, Kind>> = {
  invoice: { type: 'bank.invoice:issued@v1', source: BANK, entity: 'invoice', data: invoice },
  transaction: { ...TRANSACTION, data: transaction },
  message: { type: 'community.message:posted@v1', source: 'com.tidings.community', entity: 'message', data: message },
  random: { ...TRANSACTION, data: randomBits },
};
