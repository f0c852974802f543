import type { CDPSession, Page } from 'playwright-core';

/** What a page felt like, in milliseconds. */
export interface Responsiveness {
  /** Tasks of 50 ms and more, the browser's own measure of what keeps people waiting. */
  readonly longTasks: readonly number[];
  /** From an input to the next frame, for each that took 16 ms and more. */
  readonly interactions: readonly { readonly name: string; readonly duration: number }[];
  /** Layout shift that no input had asked for. */
  readonly layoutShift: number;
  /** Between frames, while {@link Felt.frames} ran. */
  readonly frames: readonly number[];
}

/**
 * Text, because it runs in the page. Sources: Long Tasks API, Event Timing API, Layout Instability API.
 */
const RECORDER = `
  const felt = { longTasks: [], interactions: [], layoutShift: 0, frames: [] };
  window.felt = felt;
  new PerformanceObserver((list) => felt.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });
  new PerformanceObserver((list) => felt.interactions.push(...list.getEntries()
    .filter(({ interactionId }) => interactionId > 0).map(({ name, duration }) => ({ name, duration }))))
    .observe({ type: 'event', durationThreshold: 16 });
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) felt.layoutShift += entry.value; })
    .observe({ type: 'layout-shift' });
`;

/** Records how a page feels from now on. */
export class Felt {
  readonly #page: Page;
  readonly #cdp: CDPSession;

  private constructor(page: Page, cdp: CDPSession) {
    this.#page = page;
    this.#cdp = cdp;
  }

  static async begin(page: Page): Promise<Felt> {
    await page.evaluate(RECORDER);
    return new Felt(page, await page.context().newCDPSession(page));
  }

  /** What was recorded since the last time. */
  async take(): Promise<Responsiveness> {
    return await this.#page.evaluate(`(() => {
      const taken = structuredClone(window.felt);
      Object.assign(window.felt, { longTasks: [], interactions: [], layoutShift: 0, frames: [] });
      return taken;
    })()`);
  }

  /** Scrolls an element by so many pixels with each frame, until its end or for so many frames, and records the frames. */
  async scroll(selector: string, { by, frames }: { readonly by: number; readonly frames: number }): Promise<void> {
    await this.#page.evaluate(`new Promise((resolve) => {
      const element = document.querySelector(${JSON.stringify(selector)});
      let last = performance.now();
      let left = ${frames};
      const step = (now) => {
        window.felt.frames.push(now - last);
        last = now;
        element.scrollTop += ${by};
        left -= 1;
        if (left > 0) requestAnimationFrame(step); else resolve();
      };
      requestAnimationFrame(step);
    })`);
  }

  /** Bytes that the page's objects take, after what nobody needs has been thrown away. */
  async heap(): Promise<number> {
    await this.#cdp.send('HeapProfiler.collectGarbage');
    return (await this.#cdp.send('Runtime.getHeapUsage')).usedSize;
  }
}

/**
 * Interaction to Next Paint: the slowest input, one of each fifty left out. Inputs that took less than 16 ms are not
 * among them, so it is rather too high. Source: web.dev, "Interaction to Next Paint".
 */
export function interactionToNextPaint({ interactions }: Responsiveness): number {
  const slowestFirst = interactions.map(({ duration }) => duration).sort((one, other) => other - one);
  return slowestFirst[Math.floor(slowestFirst.length / 50)] ?? 0;
}

/** The value that so many of a hundred do not exceed; 0 of none. */
export function percentile(values: readonly number[], hundredth: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * hundredth) / 100))] ?? 0;
}
