import { type CapabilityName, capabilities } from './capability-list.ts';

/** A test that was left out, and the capability that it lacks. */
export interface LeftOut {
  readonly test: string;
  readonly lacking: CapabilityName;
}

/** The list of what was left out, as lines for people. */
export function describeLeftOut(suite: string, leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return `${suite}: nothing was left out.`;
  const lines = [...new Set(leftOut.map(({ lacking }) => lacking))].flatMap((lacking) => {
    const tests = leftOut.filter((one) => one.lacking === lacking).map(({ test }) => `    - ${test}`);
    return [`  ${lacking} (${tests.length}): ${capabilities[lacking]}`, ...tests];
  });
  return [`${suite}: left out ${leftOut.length}, because the target lacks`, ...lines].join('\n');
}
