import { checkSchemas } from '../check-schemas.ts';
import type { EventSchema } from '../event-schema.ts';
import { formatFinding } from '../finding.ts';

/** What would run if a page took it for markup, and what would break a table or a block of code of Markdown. */
export const HOSTILE =
  '<script>document.title = "owned"</script> <img src=x onerror="document.title=1"> a|b `c|d` ``` \\| **x**';

type Members = Readonly<Record<string, unknown>>;

/** For tests: checked schemas of `shop.order:placed` in these versions, as they come from files. */
export const orderVersions = (...versions: readonly Members[]): readonly EventSchema[] =>
  checked(versions.map((members, index) => orderDocument(index + 1, members)));

/** For tests: schemas that passed the checks of the repository, so that no test is of what cannot be. */
export function checked(schemas: readonly Members[]): readonly EventSchema[] {
  const documents = schemas.map((json) => {
    const [folder = '', name = ''] = String(json['$id']).split('/').slice(-2);
    return { file: `${folder}/${name}`, folder, name, json };
  });
  const { schemas: found, findings } = checkSchemas(documents);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(formatFinding).join('\n'));
  return found;
}

export const orderDocument = (version: number, members: Members): Members => {
  const { tidings, ...rest } = members as { readonly tidings?: Members };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://schemas.tidings.example/shop/order-placed.v${version}.json`,
    title: 'Order placed',
    description: 'A customer placed an order.',
    'x-tidings': { type: `shop.order:placed@v${version}`, source: 'com.acme.shop', clientBroadcast: true, ...tidings },
    type: 'object',
    additionalProperties: false,
    examples: [{}],
    ...rest,
  };
};

/** For tests: one schema with everything that a schema may have, and texts that mean harm. */
export const oddSchemas = (): readonly EventSchema[] =>
  checked([
    orderDocument(1, { properties: { id: { description: 'The id.', type: 'string' } }, deprecated: true }),
    orderDocument(2, {
      title: `Order ${HOSTILE}`,
      description: `First paragraph ${HOSTILE}\n\nSecond [link](javascript:alert(1)) ![image](https://example.com/x.png)\n\n- a\n- b`,
      tidings: { producers: ['shop-service'], consumers: [], owner: HOSTILE },
      required: ['id', 'lines'],
      $defs: {
        money: {
          title: 'Money',
          description: 'An amount.',
          type: 'object',
          additionalProperties: false,
          required: ['amount', 'currency'],
          properties: {
            amount: { description: 'How much.', type: 'number', exclusiveMinimum: 0, multipleOf: 0.01 },
            currency: { description: 'ISO 4217.', type: 'string', pattern: '^[A-Z]{3}$' },
          },
        },
      },
      properties: {
        id: { description: HOSTILE, type: 'string', minLength: 1, maxLength: 64 },
        total: { description: 'Of all lines.', $ref: '#/$defs/money' },
        lines: {
          description: 'What was ordered.',
          type: 'array',
          minItems: 1,
          uniqueItems: true,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['sku'],
            properties: {
              sku: { description: 'Stock keeping unit.', type: 'string' },
              price: { description: 'Each.', $ref: '#/$defs/money' },
              aVeryLongNameOfAPropertyThatGoesOnAndOnAndOnWithoutEnd: { description: 'Long.', type: 'string' },
            },
          },
        },
        payment: {
          description: 'How it is paid.',
          type: 'object',
          oneOf: [
            {
              title: 'Card',
              additionalProperties: false,
              required: ['card'],
              properties: { card: { description: 'Last four digits.', type: 'string', pattern: '^[0-9|]{4}$' } },
            },
            {
              title: 'Invoice',
              additionalProperties: false,
              required: ['days'],
              properties: { days: { description: 'To pay in.', type: 'integer', minimum: 1, maximum: 90 } },
            },
          ],
        },
        state: {
          description: 'Where it is.',
          oneOf: [
            { const: 'new', description: 'Nobody has seen it.' },
            { const: 'sent', description: 'It is on its way `|`.' },
          ],
        },
        note: { description: 'Words.', type: ['string', 'null'] },
        choice: { description: 'Anything of these.', enum: ['1', 1, null, '', '<b>', 'a|b', '`'] },
        labels: {
          description: 'By name.',
          type: 'object',
          propertyNames: { maxLength: 10 },
          additionalProperties: { description: 'A label.', type: 'string', deprecated: true },
        },
        matrix: {
          description: 'Numbers.',
          type: 'array',
          items: { type: 'array', items: { type: 'number', minimum: 0 } },
        },
        old: { description: 'Do not use.', type: 'boolean', deprecated: true },
      },
      examples: [{ id: "</code></pre><script>alert('1')</script>", lines: [{ sku: "it's $HOME `x` \\ JSON\nJSON" }] }],
    }),
  ]);
