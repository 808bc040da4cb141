import type { Store } from '../../store/index.ts';
import { LEAST_CHARGING_W } from './energy-curve.ts';
import type { CityEvse } from './facts.ts';
import { isSmall } from './suppress.ts';

/** What happens at this moment. */
export interface LiveFigures {
  readonly withheld: boolean;
  /** Cars at 100 W and more, either way. */
  readonly charging: number | null;
  /** What they take together, W; energy given back counts against it. */
  readonly powerW: number | null;
}

export async function readLive({ db }: Store, evses: readonly CityEvse[]): Promise<LiveFigures> {
  const wanted = new Set(evses.map(({ key }) => key));
  const rows = await db
    .selectFrom('charging_session')
    .select(['peer_id', 'party', 'evse_key', 'power_w'])
    .where('live', '=', true)
    .execute();
  const powersW = rows.flatMap(({ peer_id, party, evse_key, power_w }) =>
    wanted.has(`${peer_id}/${party}/${evse_key}`) && Math.abs(power_w ?? 0) >= LEAST_CHARGING_W
      ? [power_w ?? 0]
      : [],
  );
  if (isSmall(powersW.length)) return { withheld: true, charging: null, powerW: null };
  return { withheld: false, charging: powersW.length, powerW: powersW.reduce((sum, w) => sum + w, 0) };
}
