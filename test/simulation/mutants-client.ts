import type { Mutant } from './mutant.ts';

const RULE = 'packages/client/src/delivery/delivery.ts';

/** Mistakes in the client. */
export const CLIENT_MUTANTS: readonly Mutant[] = [
  {
    name: 'client-jumps',
    what: 'the client’s cursor moves on a frame that does not follow on',
    patches: [
      { file: RULE, find: 'if (frame.from <= this.#sequence + 1) return [', replace: 'if (frame.from > 0) return [' },
    ],
  },
  {
    name: 'client-repeats',
    what: 'the client does not drop repeats',
    patches: [
      {
        file: RULE,
        find: 'events.filter((event) => sequenceOf(event) > reached && !this.#covered.has(sequenceOf(event)));',
        replace: 'events.filter(() => true);',
      },
    ],
  },
  {
    name: 'client-believes',
    what: 'the client does not notice that a page’s events were lost on the way',
    patches: [
      { file: RULE, find: 'page.events !== undefined && page.events > 0 &&', replace: 'page.events === -1 &&' },
    ],
  },
  {
    name: 'client-forgets',
    what: 'the client subscribes anew without its cursor',
    patches: [
      {
        file: 'packages/client/src/delivery/paging.ts',
        find: "...('filter' in wish && cursorOf(question))",
        replace: "...('filter' in wish && this.#lastStart === undefined && cursorOf(question))",
      },
    ],
  },
  {
    name: 'client-saves-early',
    what: 'the client saves its cursor before the handler has ended',
    patches: [
      {
        file: 'packages/client/src/delivery/event-queue.ts',
        find: '      const result = this.#handle(taken);',
        replace: '      this.#finish(taken, true);\n      const result = this.#handle(taken);',
      },
    ],
  },
];
