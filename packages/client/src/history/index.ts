export type { HistoryOptions, HistoryPage, PageOptions } from './options.ts';
export { TidingsHistory } from './tidings-history.ts';
