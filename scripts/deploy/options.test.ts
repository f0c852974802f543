import { describe, expect, it } from 'vitest';
import { readOptions, USAGE } from './options.ts';

describe('the command line', () => {
  it('takes an environment, and does everything by default', () => {
    expect(readOptions(['dev'])).toEqual({
      environment: 'dev',
      dryRun: false,
      skipSmoke: false,
      noRollback: false,
      allowDestructive: false,
      context: [],
      targetArguments: [],
    });
  });

  it('takes its options in any order', () => {
    const args = ['--dry-run', '-c', 'issuer=http://a/?b=c', 'dev', '--skip-smoke', '--context', 'archiveDays=0'];
    expect(readOptions([...args, '--no-rollback', '--allow-destructive', '--lacks', 'dead-letters'])).toEqual({
      environment: 'dev',
      dryRun: true,
      skipSmoke: true,
      noRollback: true,
      allowDestructive: true,
      context: ['issuer=http://a/?b=c', 'archiveDays=0'],
      targetArguments: ['--lacks', 'dead-letters'],
    });
  });

  it.each([['--help'], ['-h'], ['prod', '--help']])('asks for help: %s %s', (...args) => {
    expect(readOptions(args)).toBeUndefined();
  });

  it.each([
    [[], 'expected the name of an environment, found none'],
    [['dev', 'prod'], 'expected one environment, found dev prod'],
    [['dev', '-c', 'issuer'], '-c: expected KEY=VALUE, found "issuer"'],
    [['dev', '-c', '=x'], '-c: expected KEY=VALUE, found "=x"'],
    [['dev', '-c', 'isuer=x'], 'found "isuer". Did you mean issuer?'],
    // The CDK's own keys could switch off what is checked.
    [['dev', '-c', 'environment=prod'], 'found "environment"'],
    [['dev', '--yes'], "'--yes'"],
    [['dev', '--dry-run=no'], "'--dry-run'"],
  ])('refuses %j: %s', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
    expect(() => readOptions(args)).toThrow(expect.objectContaining({ name: 'Refused', exitCode: 2 }));
  });

  it('explains every option that it takes', () => {
    for (const option of ['--dry-run', '--allow-destructive', '--skip-smoke', '-c KEY=VALUE', '--help', '--lacks']) {
      expect(USAGE).toContain(option);
    }
  });
});
