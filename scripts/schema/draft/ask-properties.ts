import { isKindName, KINDS, type KindName } from './property-kind.ts';
import { type PropertySpec, parseProperty } from './property-spec.ts';
import { buildProperties } from './property-tree.ts';
import type { Questions } from './questions.ts';

const ENUM = 'enum';

/** Asks for one property after the other, until a name is left empty. */
export async function askProperties(questions: Questions): Promise<readonly PropertySpec[]> {
  const specs: PropertySpec[] = [];
  for (;;) {
    const name = await questions.text('Name of a property (address.city goes into an object; empty to end)', {
      problem: (answer) => (answer === '' ? undefined : problemOf(specs, `${answer}:string`)),
    });
    if (name === '') return specs;
    const type = await askType(questions);
    const list = await questions.confirm('A list of these?', false);
    const required = await questions.confirm('Is it required?', true);
    const description = await questions.text('What does it mean? (empty for a sentence from its name)');
    specs.push(parseProperty(`${name}:${type}${list ? '[]' : ''}${required ? '!' : ''}:${description}`));
  }
}

async function askType(questions: Questions): Promise<string> {
  const kinds = Object.keys(KINDS).filter(isKindName);
  const chosen = await questions.choose<KindName | typeof ENUM>('What does it hold?', [
    ...kinds.map((value) => ({ value, name: KINDS[value].label })),
    { value: ENUM, name: 'one of some values' },
  ]);
  if (chosen !== ENUM) return chosen;
  const values = await questions.text('Which values? (with commas between them)', {
    problem: (answer) =>
      /[:[\]!]/.test(answer) ? 'expected values without any of : [ ] !' : problemOf([], `a:${ENUM}=${answer}`),
  });
  return `${ENUM}=${values}`;
}

/** Why a property will not do beside those that there are. */
function problemOf(specs: readonly PropertySpec[], text: string): string | undefined {
  try {
    buildProperties([...specs, parseProperty(text)]);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
