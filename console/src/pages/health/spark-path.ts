/**
 * Lines through values from left to right, as the `d` of an SVG path in a box of a width and a height. Nothing is drawn
 * where nothing is known. A line that is always 0 lies at the bottom, one that never changes at half of the height.
 */
export function sparkPath(values: readonly (number | null)[], width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const yOf = (value: number): number => {
    if (most === least) return most === 0 ? height : height / 2;
    return height - ((value - least) / (most - least)) * height;
  };
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let isDrawing = false;
  return values
    .flatMap((value, place) => {
      if (value === null) {
        isDrawing = false;
        return [];
      }
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return [`${command}${round(place * step)} ${round(yOf(value))}`];
    })
    .join('');
}

const round = (number: number): number => Math.round(number * 10) / 10;
