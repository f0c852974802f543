/** What became of one test of a .NET project. */
export interface TestResult {
  /** Class and behaviour, as people read them. */
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; the stack of the failure beneath. */
  readonly message: string;
}

/**
 * The results in a TRX file, the format of `dotnet test`.
 * @throws Error for an outcome that is not known: it must not pass for a success
 */
export function readResults(trx: string): readonly TestResult[] {
  const elements = trx.matchAll(
    /<UnitTestResult\b(?<attributes>(?:[^>"]|"[^"]*")*?)(?:\/>|>(?<body>.*?)<\/UnitTestResult>)/gs,
  );
  return [...elements].map(({ groups }) => {
    const attributes = groups?.['attributes'] ?? '';
    const body = groups?.['body'] ?? '';
    const attribute = (name: string): string => decode(new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    const text = (name: string): string => decode(new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(body)?.[1] ?? '');
    return {
      name: readable(attribute('testName')),
      outcome: outcomeOf(attribute('outcome')),
      message: [text('Message'), text('StackTrace')].filter((part) => part !== '').join('\n'),
    };
  });
}

function outcomeOf(outcome: string): TestResult['outcome'] {
  if (outcome === 'Passed') return 'passed';
  if (outcome === 'NotExecuted') return 'skipped';
  if (['Failed', 'Error', 'Timeout', 'Aborted'].includes(outcome)) return 'failed';
  throw new Error(`A test result of .NET has the outcome ${JSON.stringify(outcome)}, which nobody expects`);
}

/** `Tidings.Tests.CursorTests.Is_equal(to: "a.b")` → `Cursor: Is equal (to: "a.b")`. */
function readable(name: string): string {
  const [, subject, behaviour, data = ''] = /^(?:[\w+]+\.)*?([\w+]+)\.(\w+)(\(.*)?$/s.exec(name) ?? [];
  if (subject === undefined || behaviour === undefined) return name;
  return `${subject.replace(/Tests$/, '')}: ${behaviour.replaceAll('_', ' ')}${data === '' ? '' : ` ${data}`}`;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

const decode = (text: string): string =>
  text.replace(/&(?:#x(?<hex>[0-9a-f]+)|#(?<decimal>\d+)|(?<named>\w+));/gi, (whole, hex, decimal, named) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[named] ?? whole;
  });
