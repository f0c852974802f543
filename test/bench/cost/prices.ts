import table from './prices.json' with { type: 'json' };

/** A price with where and when it was found. */
export interface Price {
  readonly dollars: number;
  /** How many units that is for. */
  readonly per: number;
  readonly what: string;
  readonly source: string;
  /** ISO date of the newest list or page that it was found in. */
  readonly seen: string;
}

/** Dollars for each million up to so many millions more; the last tier has no end. */
export interface Tier {
  readonly millions: number | null;
  readonly dollars: number;
}

export type AwsPrice = keyof typeof table.aws;

/** The committed price table. `prices.json` says what its fields mean. */
export const PRICES = table;

/** What so many units cost. */
export const dollarsFor = (units: number, { dollars, per }: Pick<Price, 'dollars' | 'per'>): number =>
  (units * dollars) / per;

/** What so many units cost where the price falls by tiers. */
export function dollarsByTiers(units: number, tiers: readonly Tier[]): number {
  let left = units / 1e6;
  let dollars = 0;
  for (const tier of tiers) {
    const taken = Math.min(left, tier.millions ?? left);
    dollars += taken * tier.dollars;
    left -= taken;
  }
  return dollars;
}

/** Bytes of a GB, as AWS meters storage, logs and transfer. */
export const GIGABYTE = 2 ** 30;
