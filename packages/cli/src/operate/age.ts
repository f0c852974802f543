const SECONDS = { day: 86_400, hour: 3600, minute: 60 } as const;

/** How long ago something was, in two units at most: `3 d 4 h`, `12 min`, `0 s`. A clock that is behind makes none older. */
export const ageOf = (then: Date, now: Date): string => span((now.getTime() - then.getTime()) / 1000);

/** How long something lasts yet; `over` if it does not. */
export const untilThen = (then: Date, now: Date): string =>
  then <= now ? 'over' : span((then.getTime() - now.getTime()) / 1000);

function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole >= SECONDS.day) {
    return `${Math.floor(whole / SECONDS.day)} d ${Math.floor((whole % SECONDS.day) / SECONDS.hour)} h`;
  }
  if (whole >= SECONDS.hour) {
    return `${Math.floor(whole / SECONDS.hour)} h ${Math.floor((whole % SECONDS.hour) / SECONDS.minute)} min`;
  }
  return whole >= SECONDS.minute ? `${Math.floor(whole / SECONDS.minute)} min` : `${whole} s`;
}
