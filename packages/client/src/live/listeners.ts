import { describe } from '@tidings/contracts';

/** Who wants to be told of something; one that throws keeps it from nobody. */
export class Listeners<Value> {
  readonly #listeners = new Set<{ readonly call: (value: Value) => unknown }>();

  get size(): number {
    return this.#listeners.size;
  }

  /** @returns what takes the listener away. @throws TypeError */
  add(call: (value: Value) => unknown): () => void {
    if (typeof call !== 'function') throw new TypeError(`Expected a handler, found ${describe(call)}`);
    const listener = { call };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells all. @returns what they answered */
  tell(value: Value, onFailure: (cause: unknown) => void): readonly unknown[] {
    return [...this.#listeners].map((listener) => {
      if (!this.#listeners.has(listener)) return undefined;
      try {
        const answer = listener.call(value);
        // A rejection that nobody waits for would end a Node process.
        return answer instanceof Promise ? answer.catch(onFailure) : answer;
      } catch (cause) {
        onFailure(cause);
        return undefined;
      }
    });
  }
}
