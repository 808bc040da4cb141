import type { Clock } from '../../time/clock.ts';
import type { EventLog } from '../event-log.ts';
import type { StationAuthority } from './authority.ts';

const DAY_MS = 24 * 3_600_000;
/** Days before the end from which on somebody should know; the last step is an alarm. */
const STEPS_DAYS = [3, 14, 30];

/**
 * F16: looks once a day for station certificates that end soon. A station renews by itself (A02) when it is asked to, so `renew` is
 * called at each of the steps; only the newest certificate of a station counts.
 */
export function watchExpiry(options: {
  readonly authority: Pick<StationAuthority, 'list'>;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly renew: (stationId: string) => void;
  readonly onFault: (error: unknown) => void;
}): () => void {
  const { authority, events, clock } = options;
  let cancel = () => {};

  /** Steps that were told, by station: a restart tells the present one once more. */
  const told = new Map<string, number>();

  async function look(): Promise<void> {
    const nowMs = clock.now();
    const newest = new Map<string, number>();
    for (const { stationId, notAfterMs, revokedMs } of await authority.list())
      if (revokedMs === null) newest.set(stationId, Math.max(notAfterMs, newest.get(stationId) ?? 0));
    for (const [stationId, notAfterMs] of newest) {
      const leftDays = Math.ceil((notAfterMs - nowMs) / DAY_MS);
      const step = STEPS_DAYS.find((days) => leftDays <= days);
      if (step === undefined) told.delete(stationId);
      if (step === undefined || leftDays <= 0 || step === told.get(stationId)) continue;
      told.set(stationId, step);
      await events.note({
        stationId,
        source: 'server',
        level: step === STEPS_DAYS[0] ? 'alarm' : 'info',
        code: 'CertificateExpires',
        text: `The certificate of station ${stationId} ends in ${leftDays} days; it is asked to renew it.`,
      });
      options.renew(stationId);
    }
  }

  function next(): void {
    cancel = clock.after(DAY_MS, () => {
      look().catch(options.onFault);
      next();
    });
  }
  next();
  return () => cancel();
}
