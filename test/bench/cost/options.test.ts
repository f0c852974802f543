import { describe, expect, it } from 'vitest';
import { CostOptionError, helpText, NUMBER_OPTIONS, readOptions } from './options.ts';

describe('options of the cost report', () => {
  it('have what most people want to know for defaults', () => {
    expect(readOptions([])).toEqual({
      events: 1e6,
      receivers: 10,
      bytes: 1024,
      batch: 10,
      sockets: 10,
      hours: 730,
      retentionDays: 30,
      json: undefined,
      wantsHelp: false,
    });
  });

  it('take numbers as people write large ones', () => {
    expect(readOptions(['--events', '2.5e6', '--receivers', '100', '--sockets', '5000'])).toMatchObject({
      events: 2_500_000,
      receivers: 100,
      sockets: 5000,
    });
  });

  it.each([
    [
      ['--events', 'abc'],
      '--events: found "abc", expected a whole number from 1 to 1,000,000,000,000 (events of a month)',
    ],
    [['--events', ''], '--events: found ""'],
    [['--events=-1'], '--events: found "-1"'],
    [['--events', '1.5'], '--events: found "1.5", expected a whole number'],
    [['--receivers', '0'], '--receivers: found "0", expected a whole number from 1 to 2,000'],
    [['--batch', '1000'], '--batch: found "1000", expected a whole number from 1 to 100'],
    [['--bytes', 'NaN'], '--bytes: found "NaN"'],
    [['--hours', '800'], '--hours: found "800", expected a number from 0 to 744'],
    [['--receivers', '10', '--sockets', '5'], '--sockets: found 5, expected at least the 10 of --receivers'],
    [['--batch', '100', '--bytes', '100000'], '--batch 100 --bytes 100000: found a request of 10,000,000 bytes'],
    [['--recievers', '1'], "Unknown option '--recievers'"],
    [['stray'], 'Unexpected argument'],
  ])('are refused with what was found: %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(CostOptionError);
    expect(() => readOptions(args)).toThrow(message);
  });

  it('are all in the help', () => {
    for (const name of Object.keys(NUMBER_OPTIONS)) expect(helpText()).toContain(`--${name} `);
  });
});
