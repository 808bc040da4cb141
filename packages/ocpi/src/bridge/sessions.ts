/** Session, 2.2.1 <-> 2.3.0; works on a part of a Session too (PATCH). */
import type { Static } from 'typebox';
import type { Session } from '../model/index.ts';
import type { session221Schema } from '../model/wire-221.ts';
import { compact, type Losses } from './losses.ts';
import { priceFrom221, priceTo221 } from './price.ts';
import { tokenTypeTo221 } from './tokens.ts';

export type Session221 = Static<typeof session221Schema>;

export function sessionFrom221(session: Partial<Session221>): Partial<Session> {
  const { total_cost, ...same } = session;
  return compact({ ...same, total_cost: total_cost && priceFrom221(total_cost) });
}

export function sessionTo221(session: Partial<Session>, losses: Losses): Partial<Session221> {
  const { total_cost, cdr_token, ...same } = session;
  return compact({
    ...same,
    total_cost: total_cost && priceTo221(total_cost),
    cdr_token: cdr_token && {
      ...cdr_token,
      type: tokenTypeTo221(cdr_token.type, '/cdr_token/type', losses),
    },
  });
}
