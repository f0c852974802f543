import module from 'node:module';
import { stop } from 'esbuild';

/**
 * Ends the processes of esbuild that have compiled this program and would stay as long as it does. Were something to be
 * compiled later, there would be a new one.
 */
export function stopCompilers(): void {
  void stop();
  // Before Node.js 22.15, modules are compiled by a thread of their own, which has a process of its own.
  if (!Object.hasOwn(module, 'registerHooks')) module.register('./stop-compiler.mjs', import.meta.url);
}
