/** What is drawn more often than this, nobody can read, and a busy machine has better things to do. */
const LEAST_MILLISECONDS = 66;

/** Browsers draw no frames for a page that nobody sees; its counts go on all the same. */
const UNSEEN_MILLISECONDS = 500;

/**
 * Makes calls rare: however often it is asked, it calls once before a frame is drawn, and some time after the last one.
 * The first after a quiet time comes with the next frame.
 */
export function paced(call: () => void): () => void {
  let isAsked = false;
  let last = Number.NEGATIVE_INFINITY;
  const run = (): void => {
    isAsked = false;
    last = performance.now();
    call();
  };
  const onFrame = (): void => {
    if (document.visibilityState !== 'visible') {
      setTimeout(run, UNSEEN_MILLISECONDS);
      return;
    }
    let isOver = false;
    const once = (): void => {
      if (isOver) return;
      isOver = true;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      run();
    };
    const frame = requestAnimationFrame(once);
    // The page may be put away before the frame comes.
    const timer = setTimeout(once, UNSEEN_MILLISECONDS);
  };
  return () => {
    if (isAsked) return;
    isAsked = true;
    const wait = last + LEAST_MILLISECONDS - performance.now();
    if (wait > 0) setTimeout(onFrame, wait);
    else onFrame();
  };
}
