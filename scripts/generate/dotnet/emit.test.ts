import { describe, expect, it } from 'vitest';
import { generateFiles } from '../generate-files.ts';
import { folderWith, orderPlaced } from '../schema-folder.ts';
import { DOTNET_FOLDER } from './index.ts';
import { itemName, NamesTaken, pascalName } from './names.ts';
import { docElement, quoted, xmlCode, xmlText } from './source-text.ts';

const TEXT = { type: 'string' };

/** The file of an order with these properties, all of them required but `note`. */
async function classOf(properties: Readonly<Record<string, unknown>>, more = {}): Promise<string> {
  const required = Object.keys(properties).filter((name) => name !== 'note');
  const schema = orderPlaced({ properties, required, examples: [], ...more });
  const { files } = await generateFiles(await folderWith({ 'shop/order-placed.v1.json': schema }));
  return files.get(`${DOTNET_FOLDER}/Shop/ShopOrderPlacedV1.cs`) ?? '';
}

describe('a class of C#', () => {
  it.each([
    ['text', TEXT, 'string'],
    ['an id, whose letters stay as they are', { type: 'string', format: 'uuid' }, 'string'],
    ['a moment', { type: 'string', format: 'date-time' }, 'System.DateTimeOffset'],
    ['a day', { type: 'string', format: 'date' }, 'CalendarDate'],
    ['a number', { type: 'number' }, 'double'],
    ['an amount', { type: 'number', format: 'decimal' }, 'decimal'],
    ['cents', { type: 'number', multipleOf: 0.01 }, 'decimal'],
    ['a whole number', { type: 'integer' }, 'long'],
    ['a small whole number', { type: 'integer', format: 'int32' }, 'int'],
    ['yes or no', { type: 'boolean' }, 'bool'],
    ['anything', {}, 'JsonElement'],
    ['text or null', { type: ['string', 'null'] }, 'string?'],
    ['a list', { type: 'array', items: TEXT }, 'IReadOnlyList<string>'],
    ['a map', { type: 'object', additionalProperties: { type: 'integer' } }, 'IReadOnlyDictionary<string, long>'],
    ['one of several words', { type: 'string', enum: ['in-progress'] }, 'ShopOrderPlacedV1Value'],
  ])('keeps %s', async (_name, schema, type) => {
    const example = { value: VALUES[type] ?? null };
    const text = await classOf({ value: { description: 'It.', ...schema } }, { examples: [example] });
    expect(text).toMatch(new RegExp(`public required ${type.replaceAll(/[?<>]/g, '\\$&')} Value \\{ get; init`));
  });

  it('says what a property means, what it must be besides, and whether it may be absent', async () => {
    const note = { description: 'At most <b>100</b> & "more".', type: 'string', maxLength: 100 };
    const text = await classOf({ note }, { examples: [{}] });
    expect(text).toContain(`    /// <summary>At most &lt;b&gt;100&lt;/b&gt; &amp; "more".</summary>
    /// <remarks>At most 100 characters.</remarks>
    [JsonPropertyName("note")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }
`);
  });

  it('has constants where nothing else is allowed, and names of the wire in its enums', async () => {
    const text = await classOf(
      { verb: { const: 'join' }, state: { type: 'string', enum: ['in-progress', 'done'] } },
      { examples: [{ verb: 'join', state: 'done' }] },
    );
    expect(text).toContain('    public string Verb => "join";\n');
    expect(text).toContain('    [JsonStringEnumMemberName("in-progress")]\n    InProgress,\n');
  });

  it('leaves open what one of two choices leaves open, and only that', async () => {
    const choice = (name: string, more = {}) => ({ type: 'object', properties: { [name]: TEXT }, ...more });
    const closed = { additionalProperties: false };
    const properties = {
      open: { anyOf: [choice('a', closed), choice('b')] },
      closed: { anyOf: [choice('c', closed), choice('d', closed)] },
      around: { type: 'object', anyOf: [choice('e'), choice('f')], unevaluatedProperties: false },
    };
    const text = await classOf(properties, { examples: [{ open: {}, closed: {}, around: {} }] });
    expect(text).toContain('public JsonElement? A {');
    for (const name of ['B', 'C', 'D', 'E', 'F']) expect(text).toContain(`public string? ${name} {`);
    expect(text.match(/JsonExtensionData/g)).toHaveLength(1);
  });

  it('is one, wherever a definition is used', async () => {
    const text = await classOf(
      { to: { $ref: '#/$defs/address' }, from: { $ref: '#/$defs/address' } },
      {
        $defs: { address: { type: 'object', properties: { city: TEXT }, additionalProperties: false } },
        examples: [{ to: {}, from: {} }],
      },
    );
    expect(text.match(/sealed record ShopOrderPlacedV1Address\n/g)).toHaveLength(1);
    expect(text.match(/public required ShopOrderPlacedV1Address (?:To|From)/g)).toHaveLength(2);
  });
});

/** A value of each type. */
const VALUES: Readonly<Record<string, unknown>> = {
  string: '123e4567-e89b-12d3-a456-426614174000',
  'System.DateTimeOffset': '2024-02-29T00:00:00Z',
  CalendarDate: '2024-02-29',
  double: 1,
  decimal: 1,
  long: 1,
  int: 1,
  bool: true,
  'IReadOnlyList<string>': [],
  'IReadOnlyDictionary<string, long>': {},
  ShopOrderPlacedV1Value: 'in-progress',
};

describe('names and texts of C#', () => {
  it('are made of anything', () => {
    expect(
      ['in-progress', 'a b', '2nd', '', '☃', 'größe', 'x:y@z', '\u{20000}a'].map((name) => pascalName(name)),
    ).toEqual(['InProgress', 'AB', 'Value2nd', 'Value', 'Value', 'Größe', 'XYZ', 'A']);
    expect(pascalName('x'.repeat(2000))).toHaveLength(200);
    const names = new NamesTaken(['Equals']);
    expect(['Equals', 'A', 'A', 'A2'].map((name) => names.take(name))).toEqual(['Equals2', 'A', 'A2', 'A22']);
  });

  it('call one of several by its name where it is sure', () => {
    expect(['Targets', 'Entries', 'Status', 'Addresses', 'Nested', 'Lines'].map(itemName)).toEqual([
      'Target',
      'Entry',
      'StatusItem',
      'AddressesItem',
      'NestedItem',
      'Line',
    ]);
  });

  it('cannot end early, whatever is in them', () => {
    expect(quoted('a"b\\c\n\u2028\u202E\u{1F389}')).toBe('"a\\"b\\\\c\\n\\u2028\\u202e\u{1F389}"');
    expect(xmlText('</summary> & `a<b` \u0007')).toBe('&lt;/summary&gt; &amp; <c>a&lt;b</c> ');
    expect(xmlText('`a\nb`')).toBe('`a\nb`');
    expect(xmlCode('a\nb\u0085')).toBe('<c>a\\nb\\u0085</c>');
    expect(docElement('summary', 'two\nlines', '  ')).toEqual([
      '  /// <summary>',
      '  /// two',
      '  /// lines',
      '  /// </summary>',
    ]);
  });
});
