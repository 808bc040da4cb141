import type { Evse } from './evse.ts';
import type { EvseFacts, Installed } from './profiles/profile.ts';
import type { Transaction } from './transaction.ts';

/** What the profiles may depend on at an EVSE: wiring, its transaction, drawn delays, the state of charge where it is told. */
export function evseFacts(
  evse: Evse,
  transaction: Transaction | undefined,
  installed: readonly Installed[],
): EvseFacts {
  const { evseId, currentType, phases } = evse.options;
  const plain = { evseId, currentType, phases };
  if (transaction === undefined) return plain;
  const { id, startMs, energyMayFlowSinceMs, hasPriority, delayDraw } = transaction;
  const delays: Record<number, number> = {};
  for (const { profile } of installed) {
    const most = profile.chargingSchedule[0]?.randomizedDelay;
    if (most !== undefined) delays[profile.id] = Math.round(delayDraw * most);
  }
  const { car } = evse;
  const knowsSoc = car?.vehicle.tellsSoc === true && evse.speaksDigital;
  return {
    ...plain,
    transaction: {
      transactionId: id,
      startMs,
      priorityCharging: hasPriority,
      randomDelayS: delays,
      ...(energyMayFlowSinceMs === undefined ? {} : { energyMayFlowSinceMs }),
      ...(car !== undefined && knowsSoc ? { socPercent: car.soc * 100 } : {}),
    },
  };
}
