export type { ListenOptions, LoopOptions, TidingsLiveOptions } from './options.ts';
export { TidingsLive } from './tidings-live.ts';
