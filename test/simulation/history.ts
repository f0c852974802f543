/** A value over time; time is counted in steps. */
export class History<Value> {
  readonly #versions: { readonly step: number; readonly value: Value }[] = [];

  set(step: number, value: Value): void {
    this.#versions.push({ step, value });
  }

  get latest(): Value | undefined {
    return this.#versions.at(-1)?.value;
  }

  /** Every value that held at some time from one step to another. */
  during(from: number, through = Number.POSITIVE_INFINITY): readonly Value[] {
    return this.#versions
      .filter(
        ({ step }, index) => step <= through && (this.#versions[index + 1]?.step ?? Number.POSITIVE_INFINITY) > from,
      )
      .map(({ value }) => value);
  }
}
