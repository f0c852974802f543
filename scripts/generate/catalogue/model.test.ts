import { describe, expect, it } from 'vitest';
import { buildCatalogue, type CatalogueEntry, entriesOf, successorOf } from './model.ts';
import { orderVersions } from './test-schemas.ts';

const text = (more: Readonly<Record<string, unknown>> = {}) => ({ description: 'Text.', type: 'string', ...more });
const entries = (...versions: readonly Readonly<Record<string, unknown>>[]): readonly CatalogueEntry[] =>
  entriesOf(buildCatalogue(orderVersions(...versions), ['dev', 'prod']));

describe('the catalogue', () => {
  it('knows of a type whom it concerns and where it travels', () => {
    const tidings = { producers: ['shop'], consumers: ['stock', 'mail'], owner: 'Team Shop' };
    expect(entries({ tidings })[0]).toMatchObject({
      type: 'shop.order:placed@v1',
      page: 'shop.order-placed.v1',
      producers: ['shop'],
      consumers: ['stock', 'mail'],
      owner: 'Team Shop',
      scope: 'shop',
      source: 'com.acme.shop',
      clientBroadcast: true,
      schemaFile: 'schemas/shop/order-placed.v1.json',
      buses: [
        { environment: 'dev', name: 'tidings-dev-shop' },
        { environment: 'prod', name: 'tidings-prod-shop' },
      ],
    });
  });

  it('shows no way to receive in a browser what reaches no browser', () => {
    const [entry] = entries({ tidings: { clientBroadcast: false } });
    const titles = entry?.subscribe.flatMap(({ snippets }) => snippets.map(({ title }) => title)).join();
    expect(titles).not.toMatch(/browser/i);
    expect(entry?.subscribe.map(({ id }) => id)).toEqual(['typescript', 'csharp', 'curl', 'event-bridge']);
  });

  it('computes what each version changed, newest first', () => {
    const [first, second] = entries(
      {
        deprecated: true,
        required: ['gone'],
        properties: { gone: text(), kind: text({ enum: ['a', 'b'] }), size: text({ maxLength: 5 }), same: text() },
        examples: [{ gone: 'x' }],
      },
      {
        required: ['kind'],
        properties: {
          kind: text({ enum: ['b', 'c'] }),
          size: { description: 'A number.', type: ['integer', 'null'] },
          same: text(),
          new: text(),
        },
        examples: [{ kind: 'b' }],
      },
    );
    expect(second?.versions).toEqual(first?.versions);
    expect(second?.versions).toEqual([
      {
        version: 2,
        type: 'shop.order:placed@v2',
        page: 'shop.order-placed.v2',
        isDeprecated: false,
        previous: 1,
        changes: [
          { kind: 'changed', path: 'kind', details: ['required now', 'one of: with c', 'one of: without a'] },
          {
            kind: 'changed',
            path: 'size',
            details: ['type: string → integer or null', 'no longer at most 5 characters'],
          },
          { kind: 'added', path: 'new', details: ['string', 'optional'] },
          { kind: 'removed', path: 'gone', details: [] },
        ],
      },
      {
        version: 1,
        type: 'shop.order:placed@v1',
        page: 'shop.order-placed.v1',
        isDeprecated: true,
        previous: undefined,
        changes: [],
      },
    ]);
  });

  it('points from an old version to the newest, numbers and not texts compared', () => {
    const all = entries(...Array.from({ length: 10 }, () => ({})));
    const of = (version: number) => all.find((entry) => entry.version === version);
    const [two, ten] = [of(2), of(10)];
    expect(two && successorOf(two)?.version).toBe(10);
    expect(ten && successorOf(ten)).toBeUndefined();
    expect(ten?.versions.map(({ previous }) => previous)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, undefined]);
  });
});
