/** The value below which a share of the values lies: nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A straight line through points, by least squares. */
export interface Line {
  /** Units of y for each unit of x. */
  readonly slope: number;
  /** Standard error of the slope; a slope within two of them cannot be told from none. */
  readonly error: number;
}

/** @param points x and y; at least three */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const centre = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))] as const;
  let squares = 0;
  let products = 0;
  for (const [x, y] of points) {
    squares += (x - centre[0]) ** 2;
    products += (x - centre[0]) * (y - centre[1]);
  }
  const slope = products / squares;
  const residuals = points.reduce((sum, [x, y]) => sum + (y - centre[1] - slope * (x - centre[0])) ** 2, 0);
  return { slope, error: Math.sqrt(residuals / (points.length - 2) / squares) };
}
