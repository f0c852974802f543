import { describe, expect, it } from 'vitest';
import { readResults } from './test-results.ts';

const results = (...elements: readonly string[]): string =>
  `<TestRun><Results>${elements.join('\n')}</Results></TestRun>`;

describe('the results of .NET tests', () => {
  it('have names for people', () => {
    const trx = results(
      '<UnitTestResult testId="1" testName="Tidings.Client.Tests.CursorTests.Is_equal_to_itself" outcome="Passed" />',
      '<UnitTestResult testName="A.B.PatternTests.Matches(pattern: &quot;bank.*&quot;, n: 1)" outcome="Passed" duration="0">\n</UnitTestResult>',
      '<UnitTestResult testName="written by hand" outcome="Passed"/>',
    );
    expect(readResults(trx)).toEqual([
      { name: 'Cursor: Is equal to itself', outcome: 'passed', message: '' },
      { name: 'Pattern: Matches (pattern: "bank.*", n: 1)', outcome: 'passed', message: '' },
      { name: 'written by hand', outcome: 'passed', message: '' },
    ]);
  });

  it('say why one failed, and where', () => {
    const failure =
      '<Message>Expected: &lt;2&gt; &amp; more&#xD;\nActual: 1</Message><StackTrace>   at A.B() in x.cs:line 3</StackTrace>';
    const trx = results(
      `<UnitTestResult testName="N.CursorTests.Is_two" outcome="Failed"><Output><ErrorInfo>${failure}</ErrorInfo></Output></UnitTestResult>`,
      '<UnitTestResult testName="N.CursorTests.Is_three" outcome="Passed" />',
    );
    expect(readResults(trx)).toEqual([
      {
        name: 'Cursor: Is two',
        outcome: 'failed',
        message: 'Expected: <2> & more\r\nActual: 1\n   at A.B() in x.cs:line 3',
      },
      { name: 'Cursor: Is three', outcome: 'passed', message: '' },
    ]);
  });

  it('say why one was skipped', () => {
    const reason = '<Output><ErrorInfo><Message>no hub</Message></ErrorInfo></Output>';
    const trx = results(
      `<UnitTestResult testName="N.HubTests.Answers" outcome="NotExecuted">${reason}</UnitTestResult>`,
    );
    expect(readResults(trx)).toEqual([{ name: 'Hub: Answers', outcome: 'skipped', message: 'no hub' }]);
  });

  it('take no unknown outcome for a success', () => {
    const trx = results('<UnitTestResult testName="N.HubTests.Answers" outcome="Warning" />');
    expect(() => readResults(trx)).toThrow('"Warning"');
  });
});
