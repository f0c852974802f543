import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject } from '../../generate/json-value.ts';
import { type CanonicalSchema, canonicalSchema } from './canonical-schema.ts';
import { compareSchemas } from './compare-schemas.ts';
import { jsonFor, knownTo, mutated, schemas } from './random-schemas.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const RUNS = 1000;

// Strict mode refuses much that random schemas hold, and that says nothing of what they accept.
const compiler = new Ajv2020({ strict: false, ownProperties: true, validateSchema: false });

function validatorOf(schema: CanonicalSchema): (data: unknown) => boolean {
  const validate = compiler.compile(schema);
  return (data) => validate(data) === true;
}

/** A schema, another one made from it, and data for either. */
const evolutions = schemas.chain((before) =>
  mutated(before).chain((now) =>
    fc.record({
      before: fc.constant(before),
      now: fc.constant(now),
      data: fc.array(fc.oneof(jsonFor(before), jsonFor(now)), { minLength: 15, maxLength: 25 }),
    }),
  ),
);

describe(`any change that is allowed (SEED=${seed})`, () => {
  it('leaves good what producers send, and lets consumers receive only what they know', () => {
    const seen = { allowed: 0, sent: 0, received: 0, stripped: 0 };
    fc.assert(
      fc.property(evolutions, ({ before, now, data }) => {
        const [was, is] = [canonicalSchema(before), canonicalSchema(now)];
        if (compareSchemas(was, is).length > 0) return;
        seen.allowed += 1;
        const [old, fresh] = [validatorOf(before), validatorOf(now)];
        for (const value of data) {
          if (old(value)) {
            seen.sent += 1;
            if (!fresh(value)) throw new Error(`a producer could send ${JSON.stringify(value)}`);
          }
          if (!fresh(value)) continue;
          seen.received += 1;
          const known = knownTo(was, value);
          if (JSON.stringify(known) !== JSON.stringify(value)) seen.stripped += 1;
          if (!old(known)) throw new Error(`a consumer receives ${JSON.stringify(value)}`);
        }
      }),
      { seed, numRuns: RUNS },
    );
    // The property says something only if enough was let through, with properties that are new.
    expect(seen.allowed).toBeGreaterThan(RUNS / 20);
    expect(Math.min(seen.sent, seen.received)).toBeGreaterThan(RUNS);
    expect(seen.stripped).toBeGreaterThan(0);
  });

  it('is none where the canonical form is the same, and the canonical form accepts what the schema accepts', () => {
    fc.assert(
      fc.property(
        schemas.chain((schema) => fc.tuple(fc.constant(schema), fc.array(jsonFor(schema), { minLength: 10 }))),
        ([schema, data]) => {
          const canonical = canonicalSchema(schema);
          expect(compareSchemas(canonical, canonicalSchema(schema))).toEqual([]);
          expect(canonicalSchema(isObject(canonical) ? canonical : {})).toEqual(canonical);
          const [original, same] = [validatorOf(schema), validatorOf(canonical)];
          for (const value of data) expect(same(value)).toBe(original(value));
        },
      ),
      { seed, numRuns: RUNS / 2 },
    );
  });
});
