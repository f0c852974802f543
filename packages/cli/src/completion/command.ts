import { describe } from '@tidings/contracts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../failure.ts';
import { didYouMean } from '../nearest.ts';
import type { PreparedCommand } from '../prepared-command.ts';
import { candidatesFor } from './candidates.ts';
import { FILES_MARK, SHELLS, scriptFor } from './scripts.ts';

/** @param commands all there are, this one included: so they are not known when it is made */
export const completionCommand = (commands: () => readonly PreparedCommand[]) =>
  defineCommand({
    name: 'completion',
    summary: 'print a script that completes commands in a shell',
    usage: 'bash|zsh|fish',
    details: [
      'With it, the Tab key completes commands, options, event types, targets and files. The script calls the command',
      'by the name that was typed, so `tidings` has to be in the PATH: node_modules/.bin is where npm puts it.',
    ],
    examples: [
      'source <(tidings completion bash)',
      'source <(tidings completion zsh)',
      'tidings completion fish | source',
    ],
    options: {
      line: {
        type: 'string',
        value: 'LINE',
        summary: 'what the scripts ask: how this line may go on, a word to a line',
      },
    },
    mostPositionals: 1,
    complete: SHELLS,
    async run(given, { output, folder }) {
      const line = given.text('line');
      if (line !== undefined) {
        const { words, mayBeFile } = await candidatesFor(wordsOf(line), commands(), folder);
        output.write([...words, ...(mayBeFile ? [FILES_MARK] : [])].map((word) => `${word}\n`).join(''));
        return 0;
      }
      const [name] = given.positionals;
      const shell = SHELLS.find((one) => one === name);
      if (shell === undefined) {
        const found = name === undefined ? 'nothing' : `${describe(name)}${didYouMean(name, SHELLS)}`;
        throw new UsageError(`completion expects one of ${SHELLS.join(', ')}; found ${found}`);
      }
      output.write(scriptFor(shell));
      return 0;
    },
  });

/** The words after the command's own name. A quote that is open or closed does not belong to its word. */
const wordsOf = (line: string): readonly string[] =>
  line
    .trimStart()
    .split(/\s+/)
    .slice(1)
    .map((word) => word.replace(/^['"]/, '').replace(/(?<=.)['"]$/, ''));
