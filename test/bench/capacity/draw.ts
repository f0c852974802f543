import type { Random } from '../../property/random.ts';

/** Makes pieces of data out of chance. All text is ASCII, so characters are bytes. */
export type Draw = ReturnType<typeof drawing>;

/** @returns a maker whose pieces are the same for the same chance */
export function drawing({ below }: Pick<Random, 'below'>) {
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const from = (alphabet: string, characters: number): string =>
    Array.from({ length: characters }, () => alphabet.charAt(below(alphabet.length))).join('');
  const hex = (characters: number): string => from('0123456789abcdef', characters);
  const product = (): string => `${pick(QUALITIES)} ${pick(PRODUCTS)}, ${pick(WORDS)}`;

  return {
    below,
    hex,
    product,
    digits: (characters: number): string => `${1 + below(9)}${from('0123456789', characters - 1)}`,
    base64: (characters: number): string => from(BASE64, characters),
    /** A random UUID, version 4. */
    uuid: (): string => [hex(8), hex(4), `4${hex(3)}`, `${pick(['8', '9', 'a', 'b'])}${hex(3)}`, hex(12)].join('-'),
    /** Up to so many cents, as a number of the currency. */
    amount: (cents: number): number => below(cents) / 100,
    person: () => ({ first: pick(FIRST_NAMES), last: pick(LAST_NAMES) }),
    domain: () => pick(DOMAINS),
    currency: () => pick(['NOK', 'EUR', 'SEK', 'DKK', 'GBP', 'USD', 'PLN', 'CHF']),
    address: () => ({
      street: `${pick(STREETS)} ${1 + below(180)}`,
      postalCode: String(1000 + below(8999)),
      ...pick(CITIES),
    }),
    /** Words in any order, in sentences, of exactly this length. */
    prose(characters: number): string {
      const words: string[] = [];
      for (let length = 0; length <= characters; ) {
        const word = pick(WORDS);
        words.push(words.length % 9 === 8 ? `${word}.` : word);
        length += word.length + 1;
      }
      return words
        .join(' ')
        .slice(0, characters - 1)
        .padEnd(characters, '.');
    },
  };
}

const list = (words: string): readonly string[] => words.trim().split(/\s+/);

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const FIRST_NAMES =
  list(`Nina Omar Ingrid Lukas Amelie Piotr Sofia Jonas Hanna Mateusz Elif Tomas Freya Andrei Chloe Marco
  Astrid Yusuf Katarzyna Henrik Zoe Pavel Maja Oscar Leila Viktor Emma Rui Saga Dmitri Clara Anton`);
const LAST_NAMES =
  list(`Berg Haddad Solberg Weber Dubois Kowalski Rossi Lindqvist Hansen Novak Yilmaz Moreau Jensen Popescu
  Fischer Virtanen Garcia Nilsen Schmidt Laurent Kaya Dahl Horvat Moen Ferrari Eriksen Wagner Silva Lund Petrov`);
const DOMAINS = list('fjord.example nordlys.example kontor.example havn.example bergbok.example regnskap.example');
const STREETS = list(`Storgata Kirkeveien Hauptstrasse Bahnhofstrasse Lindenallee Strandgaten Vasagatan Nygaten Via-Roma
  Kongens-gate Rue-Lepic Calle-Mayor Marktplatz Havnegata Skolevegen Parkveien`);
const CITIES = [
  { city: 'Oslo', country: 'NO' },
  { city: 'Bergen', country: 'NO' },
  { city: 'Stavanger', country: 'NO' },
  { city: 'Stockholm', country: 'SE' },
  { city: 'Aarhus', country: 'DK' },
  { city: 'Hamburg', country: 'DE' },
  { city: 'Lyon', country: 'FR' },
  { city: 'Torino', country: 'IT' },
  { city: 'Gdansk', country: 'PL' },
  { city: 'Porto', country: 'PT' },
] as const;
const QUALITIES = list(
  'Annual Monthly Senior Spare Used Large Printed Digital Extra Basic Wireless Wooden Urgent Blue',
);
const PRODUCTS = list(`licence subscription consulting toner chair freight support desk monitor paper hosting training
  catering keyboard cabling insurance audit translation`);
const WORDS =
  list(`the harbour meeting moved because nobody had booked a room and every boat was already out when rain began
  so we asked whether members could bring coffee instead of waiting for another invoice that never came last winter my
  sister wrote about three lamps near kitchen windows where light falls early people think prices follow demand but often
  habits decide more than budgets do please check your answer before Friday since auditors arrive on Monday with questions
  concerning travel costs equipment and shared keys there is still space in both cars if someone drives north again our
  treasurer will present numbers after dinner while children paint signs for Saturday regatta old sails need mending new
  ropes have been ordered delivery takes ten days unless customs holds them up which happened twice this year thanks to
  all who helped cleaning docks it looks wonderful now remember towels gloves good mood`);
