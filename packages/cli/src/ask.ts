import { createInterface } from 'node:readline/promises';
import type { Terminal } from './terminal.ts';

/**
 * Asks whoever sits at the terminal, and waits for a line. The end of the input is an answer, too: an empty one.
 * @param question ends with a space
 */
export async function ask(question: string, terminal: Pick<Terminal, 'input' | 'messages'>): Promise<string> {
  const lines = createInterface({ input: terminal.input, output: terminal.messages, terminal: false });
  try {
    terminal.messages.write(question);
    const answer = await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
    });
    return answer.trim();
  } finally {
    lines.close();
  }
}

/** Whether an answer means yes. Anything else means no. */
export const isYes = (answer: string): boolean => /^y(es)?$/i.test(answer);
