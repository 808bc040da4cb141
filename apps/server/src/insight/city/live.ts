import type { Store } from '../../store/index.ts';
import { LEAST_CHARGING_W } from './energy-curve.ts';
import type { CityEvse } from './facts.ts';
import { besides } from './neighbours.ts';
import { isSmall } from './suppress.ts';
import { sum } from './use.ts';

/** What happens at this moment. */
export interface LiveFigures {
  readonly withheld: boolean;
  /** Cars at 100 W and more, either way. */
  readonly charging: number | null;
  /** What they take together, W; energy given back counts against it. */
  readonly powerW: number | null;
}

/** @param all of which `evses` may be a part: withheld too where a larger sum has a few beside it */
export async function readLive(
  { db }: Store,
  evses: readonly CityEvse[],
  all: readonly CityEvse[],
): Promise<LiveFigures> {
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
  const charging = (some: readonly CityEvse[]) => some.filter(({ key }) => powerW.has(key));
  const here = charging(evses);
  if ([here, ...besides(all, evses).map(charging)].some(({ length }) => isSmall(length)))
    return { withheld: true, charging: null, powerW: null };
  return { withheld: false, charging: here.length, powerW: sum(here, ({ key }) => powerW.get(key) ?? 0) };
}
