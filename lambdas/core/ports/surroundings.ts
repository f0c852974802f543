/** Time and chance, from outside, so that tests own both. */
export interface Surroundings {
  now(): Date;
  /** A number from 0 up to but not including 1. */
  random(): number;
  /** A new globally unique id. */
  uniqueId(): string;
  pause(milliseconds: number): Promise<void>;
}
