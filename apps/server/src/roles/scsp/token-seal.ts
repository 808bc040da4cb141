import { openSeal, type Seal } from '../../config/index.ts';
import type { RandomBytes } from '../../dispatch/index.ts';

/** Seals the tokens we present to peers; the owner is the peer's id. */
export type TokenSeal = Seal;

export function openTokenSeal(dataDir: string, random: RandomBytes): TokenSeal {
  return openSeal(dataDir, 'ocpi-token.key', random, 'invite every OCPI party again');
}
