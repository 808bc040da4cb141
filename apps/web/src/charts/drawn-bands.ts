import type { Layer } from './site-slots.ts';

/** More bands than this are thinner than a pixel each: neighbours are drawn as one. */
export const MOST_BANDS = 48;

/** What is drawn of the cars: neighbours of the stack as one band where there are many. W per slot. */
export interface Band {
  /** Of the first EVSE in it, for its colour. */
  readonly evse: number;
  readonly fromW: readonly number[];
  readonly toW: readonly number[];
}

/**
 * At most `MOST_BANDS` bands of those who draw and as many of those who give: the picture of a stack, at a cost that does not grow with
 * the number of cars.
 * @param layers of EVSEs, as `layersOf` stacks them
 */
export function bandsOf(layers: readonly Layer[]): readonly Band[] {
  if (layers.length <= MOST_BANDS) return layers;
  const size = Math.ceil(layers.length / MOST_BANDS);
  return Array.from({ length: Math.ceil(layers.length / size) }, (_, n) =>
    layers.slice(n * size, (n + 1) * size),
  ).flatMap((group) => [joined(group, 1), joined(group, -1)].filter((band) => band !== undefined));
}

/** The whole stack above and below what the site draws itself: what is hatched as planned. */
export function wholeOf(layers: readonly Layer[]): readonly Band[] {
  return [joined(layers, 1), joined(layers, -1)].filter((band) => band !== undefined);
}

/** Those of one direction: per slot they stand without a gap on each other. */
function joined(group: readonly Layer[], sign: 1 | -1): Band | undefined {
  const slots = group[0]?.toW.length ?? 0;
  const fromW = new Array<number>(slots).fill(0);
  const toW = new Array<number>(slots).fill(0);
  let isSome = false;
  for (let slot = 0; slot < slots; slot += 1) {
    let isFirst = true;
    for (const layer of group) {
      const from = layer.fromW[slot] ?? 0;
      const to = layer.toW[slot] ?? 0;
      if ((to - from) * sign <= 0) continue;
      if (isFirst) fromW[slot] = from;
      isFirst = false;
      toW[slot] = to;
      isSome = true;
    }
  }
  return isSome ? { evse: group[0]?.evse ?? 0, fromW, toW } : undefined;
}
