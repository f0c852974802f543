export { list } from './dlq-list.ts';
export { purge } from './dlq-purge.ts';
export { redrive } from './dlq-redrive.ts';
export { show } from './dlq-show.ts';
