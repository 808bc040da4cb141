/** SVG paths of values that hold for a slot each. `x` takes a slot's edge (0 to the number of slots), `y` a value. */
export type Scale = (value: number) => number;

const round = (value: number) => Math.round(value * 10) / 10;

/** The area between two values; slots where both are the same are left open. */
export function stepArea(from: readonly number[], to: readonly number[], x: Scale, y: Scale): string {
  let path = '';
  let slot = 0;
  while (slot < to.length) {
    if (Math.abs(to[slot]! - from[slot]!) < 1e-9) {
      slot += 1;
      continue;
    }
    const first = slot;
    while (slot < to.length && Math.abs(to[slot]! - from[slot]!) >= 1e-9) slot += 1;
    path += `M${round(x(first))} ${round(y(to[first]!))}`;
    for (let i = first; i < slot; i += 1) path += `V${round(y(to[i]!))}H${round(x(i + 1))}`;
    for (let i = slot - 1; i >= first; i -= 1) path += `V${round(y(from[i]!))}H${round(x(i))}`;
    path += 'Z';
  }
  return path;
}

/** A line in steps; it is broken where nothing is known. */
export function stepLine(values: readonly (number | null)[], x: Scale, y: Scale): string {
  let path = '';
  let isDown = false;
  for (const [slot, value] of values.entries()) {
    if (value === null) {
      isDown = false;
      continue;
    }
    path += `${isDown ? 'V' : `M${round(x(slot))} `}${round(y(value))}H${round(x(slot + 1))}`;
    isDown = true;
  }
  return path;
}
