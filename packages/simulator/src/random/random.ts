/**
 * Seeded randomness. Generator: xoshiro128** 1.1 (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number
 * generators", 2018, public domain reference code); its state is filled by SplitMix32 from an FNV-1a hash of the seed.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform in [min, max). */
  between(min: number, max: number): number;
  /** Uniform integer in [0, count). */
  below(count: number): number;
  /** Normally distributed with mean 0 and standard deviation 1 (Box-Muller). */
  normal(): number;
  /** One of the items; an item's chance is its weight. */
  pick<T>(items: readonly T[], weight?: (item: T) => number): T;
  /** An independent generator: same name, same numbers, whatever was drawn before from this one. */
  stream(name: string): Random;
}

export function createRandom(seed: number | string): Random {
  return generator(String(seed));
}

function generator(seed: string): Random {
  let mixed = fnv1a(seed);
  const splitMix = () => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [splitMix(), splitMix(), splitMix(), splitMix()];

  const next32 = () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result;
  };
  const next = () => next32() / 2 ** 32;

  return {
    next,
    between: (min, max) => min + (max - min) * next(),
    below: (count) => Math.floor(next() * count),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items, weight = () => 1) => {
      const total = items.reduce((sum, item) => sum + weight(item), 0);
      let left = next() * total;
      for (const item of items) {
        left -= weight(item);
        if (left < 0) return item;
      }
      const last = items.at(-1);
      if (last === undefined) throw new RangeError('pick needs at least one item');
      return last;
    },
    stream: (name) => generator(`${seed}/${name}`),
  };
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
