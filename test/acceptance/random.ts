/** Random choices that a seed repeats. */
export interface Random {
  /** A number from 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number;
  /** One of a list. */
  pick<Item>(items: readonly Item[]): Item;
  /** Between `least` and `most` different ones of a list, in random order. */
  some<Item>(items: readonly Item[], least: number, most: number): readonly Item[];
  chance(probability: number): boolean;
  /** Another source, so that one stream of choices does not depend on how many another takes. */
  fork(): Random;
}

/** Mulberry32, by Tommy Ettinger: 32 bits of state are enough for test data. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const random: Random = {
    next,
    below,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('Expected a list with items, found an empty one');
      return item;
    },
    some(items, least, most) {
      const left = [...items];
      const count = Math.min(items.length, least + below(most - least + 1));
      return Array.from({ length: count }, () => left.splice(below(left.length), 1)).flat();
    },
    chance: (probability) => next() < probability,
    fork: () => createRandom(below(2 ** 31)),
  };
  return random;
}
