import type { CompositeContext, InstalledProfile, Result } from '../types.ts';
import { readStation } from './station.ts';

/**
 * The answer to an AFRRSignal (Q08.FR.11) at an instant: accepted where the leading transaction profile of some EVSE of the
 * station has a v2xSignalWattCurve then, refused with NoSignalWattCurve otherwise. Its value goes into the context.
 */
export function acceptAfrrSignal(
  installed: readonly InstalledProfile[],
  context: CompositeContext,
  instantMs: number,
): Result<{ readonly evseIds: readonly number[] }> {
  const { evses } = readStation(installed, context, context.evses, instantMs, instantMs + 1000);
  const following = evses.filter(({ evse, transactionAt }) => {
    const period = evse.transaction === undefined ? undefined : transactionAt(instantMs)?.period;
    return period?.operationMode === 'LocalFrequency' && period.v2xSignalWattCurve !== undefined;
  });
  if (following.length === 0) {
    const message =
      'no charging schedule period in force has a v2xSignalWattCurve: send a LocalFrequency profile first';
    return { ok: false, refusal: { code: 'NoSignalWattCurve', rule: 'Q08.FR.11', message } };
  }
  return { ok: true, value: { evseIds: following.map(({ evse }) => evse.evseId) } };
}
