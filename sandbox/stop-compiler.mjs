/** Runs in the thread that compiles modules, where there is one. */
import { stop } from 'esbuild';

export const initialize = () => stop();
