/** TokenType, 2.3.0 -> 2.2.1 (OCPI 2.3.0 `mod_tokens`). The other direction needs nothing: every 2.2.1 value exists in 2.3.0. */
import { TOKEN_TYPES_221 } from '../model/token-type.ts';
import type { Losses } from './losses.ts';

type TokenType221 = (typeof TOKEN_TYPES_221)[number];

/** EMAID and later values become OTHER, which 2.2.1 has for exactly that. */
export function tokenTypeTo221(type: string, path: string, losses: Losses): TokenType221 {
  const known = TOKEN_TYPES_221.find((value) => value === type);
  if (known !== undefined) return known;
  losses.push({ path, detail: `${type} is unknown to OCPI 2.2.1 and was sent as OTHER` });
  return 'OTHER';
}
