import { describe } from '@tidings/contracts';
import { QUEUE_NAMES, type QueueName } from '../../../../lambdas/core/operations/dead-letter.ts';
import { UsageError } from '../failure.ts';
import { didYouMean } from '../nearest.ts';

/**
 * A queue by its name.
 * @throws UsageError for any other word
 */
export function readQueueName(word: string): QueueName {
  const name = QUEUE_NAMES.find((one) => one === word);
  if (name !== undefined) return name;
  const known = didYouMean(word, QUEUE_NAMES) || `; there are ${QUEUE_NAMES.join(', ')}`;
  throw new UsageError(`no dead-letter queue ${describe(word)}${known}`);
}
