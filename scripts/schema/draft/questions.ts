/** How a person is asked. Every question can end with Ctrl-C, by an error that says so. */
export interface Questions {
  /** A line of text. `problem` says why an answer will not do. */
  text(message: string, options?: TextOptions): Promise<string>;
  confirm(message: string, byDefault: boolean): Promise<boolean>;
  choose<T extends string>(message: string, choices: readonly Choice<T>[]): Promise<T>;
}

export interface TextOptions {
  readonly byDefault?: string;
  readonly problem?: (answer: string) => string | undefined;
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly name: string;
}

/** Questions in the terminal that the process runs in; `undefined` where nobody could answer. */
export async function terminalQuestions(): Promise<Questions | undefined> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const { confirm, input, select } = await import('@inquirer/prompts');
  return {
    text: async (message, { byDefault, problem } = {}) =>
      (
        await input({
          message,
          ...(byDefault !== undefined && { default: byDefault }),
          validate: (answer) => problem?.(answer.trim()) ?? true,
        })
      ).trim(),
    confirm: (message, byDefault) => confirm({ message, default: byDefault }),
    choose: (message, choices) => select({ message, choices: choices.map(({ value, name }) => ({ value, name })) }),
  };
}
