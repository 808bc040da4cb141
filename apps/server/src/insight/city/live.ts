import type { Store } from '../../store/index.ts';
import { LEAST_CHARGING_W } from './energy-curve.ts';
import type { CityEvse } from './facts.ts';
import { roundedCount, scaling } from './rounding.ts';
import { isSmall } from './suppress.ts';
import { sum } from './use.ts';

/** What happens at this moment. */
export interface LiveFigures {
  readonly withheld: boolean;
  /** To five cars, and power with them: at some site are only a few. */
  readonly rounded: boolean;
  /** Cars at 100 W and more, either way. */
  readonly charging: number | null;
  /** What they take together, W; energy given back counts against it. */
  readonly powerW: number | null;
}

export async function readLive({ db }: Store, evses: readonly CityEvse[]): Promise<LiveFigures> {
  const rows = await db
    .selectFrom('charging_session')
    .select(['peer_id', 'party', 'evse_key', 'power_w'])
    .where('live', '=', true)
    .execute();
  const powerW = new Map(
    rows
      .filter(({ power_w }) => Math.abs(power_w ?? 0) >= LEAST_CHARGING_W)
      .map(({ peer_id, party, evse_key, power_w }) => [`${peer_id}/${party}/${evse_key}`, power_w ?? 0]),
  );
  const here = evses.filter(({ key }) => powerW.has(key));
  if (isSmall(here.length)) return { withheld: true, rounded: false, charging: null, powerW: null };
  const totalW = sum(here, ({ key }) => powerW.get(key) ?? 0);
  const atSite = Map.groupBy(here, ({ siteKey }) => siteKey);
  const rounded = [...atSite.values()].some(({ length }) => isSmall(length));
  if (!rounded) return { withheld: false, rounded, charging: here.length, powerW: totalW };
  const powerRoundedW = scaling(here.length)(totalW);
  return { withheld: false, rounded, charging: roundedCount(here.length), powerW: powerRoundedW };
}
