import { asEventId, asSequence, asTenantId } from '@tidings/contracts';
import { packJson, toEventItem } from '../../../lambdas/adapters/dynamodb/event-item.ts';
import { counterKey, fanOutKey, ledgerKey } from '../../../lambdas/adapters/dynamodb/keys.ts';
import type { Deletion, Item, Key, Tables } from '../src/operate/aws.ts';

const PAGE = 3;
const nameOf = ({ PK, SK }: Key): string => JSON.stringify([PK, SK]);
const keyOf = (item: Item): Key => ({ PK: item['PK']?.S ?? '', SK: item['SK']?.S ?? '' });

/** Tables in memory, a few items to a page. They know the one condition that the command uses: the head is unmoved. */
export class FakeTables implements Tables {
  readonly #tables = new Map<string, Map<string, Item>>();
  /** Called before each request, with its name; may throw. */
  before: (action: string) => void = () => undefined;

  put(table: string, item: Item): void {
    this.#of(table).set(nameOf(keyOf(item)), item);
  }

  /** Records events as the store does: `size` of them in each commit. */
  record(table: string, tenant: string, first: number, last: number, size = 4, expiresAt = 4_000_000_000): void {
    const id = asTenantId(tenant);
    for (let from = first; from <= last; from += size) {
      const to = Math.min(last, from + size - 1);
      const ids = Array.from({ length: to - from + 1 }, (_, index) => asEventId(`e${from + index}`));
      const ttl = { expiresat: { N: String(expiresAt) } };
      for (const [index, eventId] of ids.entries()) {
        const place = {
          sequence: asSequence(from + index),
          recordedAt: new Date('2026-01-31T09:30:00.000Z'),
          expiresAt,
        };
        this.put(table, toEventItem(id, eventId, packJson(`{"id":"${eventId}"}`), place));
      }
      const headers = { B: packJson(JSON.stringify(ids.map((one) => ({ id: one, bytes: 100 })))) };
      this.put(table, { ...toItem(ledgerKey(id, asSequence(to))), headers, ...ttl });
    }
    const epoch = { S: 'epoch' };
    this.put(table, { ...toItem(counterKey(id)), head: { N: String(last) }, epoch });
    this.put(table, { ...toItem(fanOutKey(id)), delivered: { N: String(last) }, epoch });
  }

  keys(table: string): readonly string[] {
    return [...this.#of(table).keys()].sort();
  }

  async get(table: string, key: Key): Promise<Item | undefined> {
    this.before('get');
    return this.#of(table).get(nameOf(key));
  }

  query(table: string, partition: string, between: readonly [string, string] = ['', '\uffff']) {
    return this.#pages(table, 'query', ({ PK, SK }) => PK === partition && SK >= between[0] && SK <= between[1]);
  }

  scan(table: string, prefix: string) {
    return this.#pages(table, 'scan', ({ PK }) => PK.startsWith(prefix));
  }

  async getAll(table: string, keys: readonly Key[]): Promise<readonly Item[]> {
    this.before('getAll');
    const found = keys.map((key) => this.#of(table).get(nameOf(key)));
    return found.filter((item) => item !== undefined).reverse();
  }

  async removeAll(table: string, keys: readonly Key[]): Promise<void> {
    this.before('removeAll');
    for (const key of keys) this.#of(table).delete(nameOf(key));
  }

  async removeTogether(table: string, deletions: readonly Deletion[]): Promise<boolean> {
    this.before('removeTogether');
    const isMet = ({ key, condition }: Deletion): boolean =>
      condition === undefined || this.#of(table).get(nameOf(key))?.['head']?.N === condition.values[':head']?.N;
    if (!deletions.every(isMet)) return false;
    for (const { key } of deletions) this.#of(table).delete(nameOf(key));
    return true;
  }

  async *#pages(table: string, action: string, isWanted: (key: Key) => boolean) {
    const found = [...this.#of(table).values()]
      .filter((item) => isWanted(keyOf(item)))
      .sort((a, b) => (keyOf(a).SK < keyOf(b).SK ? -1 : 1));
    for (let at = 0; at === 0 || at < found.length; at += PAGE) {
      this.before(action);
      yield found.slice(at, at + PAGE);
    }
  }

  #of(table: string): Map<string, Item> {
    const items = this.#tables.get(table) ?? new Map<string, Item>();
    this.#tables.set(table, items);
    return items;
  }
}

export const toItem = ({ PK, SK }: Key): Item => ({ PK: { S: PK }, SK: { S: SK } });
