import type { RandomBytes } from '../../dispatch/index.ts';

/** 36 characters at most, 128 random bits: for callbacks and ids nobody may guess. */
export function randomId(random: RandomBytes): string {
  return Buffer.from(random(16)).toString('hex');
}

/** A number in [0, 1) for jitter. */
export function fraction(random: RandomBytes): number {
  return Buffer.from(random(6)).readUIntBE(0, 6) / 2 ** 48;
}
