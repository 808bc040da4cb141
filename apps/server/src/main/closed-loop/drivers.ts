/** The drivers' app: who says something says it when the session has begun. */
import type { Fleet } from '@smac/simulator/scenario';
import { OWN_PEER } from '../../network/index.ts';
import type { Sites } from '../../sites/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';
import type { Transactions } from '../../transactions/index.ts';

export interface DriversOptions {
  readonly fleet: () => Fleet | undefined;
  readonly transactions: Pick<Transactions, 'onChange'>;
  readonly sites: Pick<Sites, 'setPreferences' | 'session'>;
  readonly clock: Clock;
  readonly activity: Activity;
  /** People take their telephone some time after the cable, ms; default 20 s. */
  readonly afterMs?: number;
}

const AFTER_MS = 20_000;

/** @returns ends it */
export function followDrivers({
  fleet,
  transactions,
  sites,
  clock,
  activity,
  afterMs = AFTER_MS,
}: DriversOptions): () => void {
  return transactions.onChange(({ kind, transaction }) => {
    if (kind !== 'started') return;
    clock.after(afterMs, () => void activity.track(() => say(transaction)));
  });

  async function say(transaction: {
    readonly id: string;
    readonly stationId: string;
    readonly evseId: number;
  }): Promise<void> {
    const stay = fleet()?.stayAt(transaction.stationId, transaction.evseId);
    if (stay?.said === undefined) return;
    const ref = { peerId: OWN_PEER, sessionId: transaction.id };
    if ((await sites.session(ref)) === undefined) return;
    const { departureMs, isFirm, dischargeAllowed, wish } = stay.said;
    await sites.setPreferences(ref, {
      profileType: wish,
      departureMs: Math.max(departureMs, clock.now() + 60_000),
      departureFirm: isFirm,
      energyNeedWh: stay.needWh,
      dischargeAllowed,
      ...(dischargeAllowed ? { minSoc: 0.2 } : {}),
    });
  }
}
