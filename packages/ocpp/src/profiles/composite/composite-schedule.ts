import type {
  CompositeContext,
  CompositePeriod,
  CompositeSchedule,
  InstalledProfile,
  Refusal,
  Result,
} from '../types.ts';
import { leadAt } from './leading.ts';
import { type EvseStacks, readStation, type StationStacks } from './station.ts';
import { joined, type Outcome } from './values.ts';

/**
 * What the station does with its profiles over `[startMs, startMs + durationS)`: the answer to GetCompositeSchedule, for
 * one EVSE or for EVSE 0 (README, section "The rules"). The installed order means nothing.
 *
 * The window is swept from change to change; a window of a week costs what its changes cost.
 *
 * @param durationS whole seconds, 0 or more; the answer has exactly this duration.
 * @returns the schedule in `context.unit`, or the refusal UnsupportedRateUnit (K08.FR.07), UnknownEvse, or PhaseConflict
 * (K01.FR.141).
 */
export function compositeSchedule(
  installed: readonly InstalledProfile[],
  context: CompositeContext,
  startMs: number,
  durationS: number,
): Result<CompositeSchedule> {
  if (context.supportedUnits !== undefined && !context.supportedUnits.includes(context.unit)) {
    return refused(
      'UnsupportedRateUnit',
      'K08.FR.07',
      `chargingRateUnit ${context.unit} is not supported: ask for ${context.supportedUnits.join(' or ')}`,
    );
  }
  const asked =
    context.evseId === 0 ? context.evses : context.evses.filter((evse) => evse.evseId === context.evseId);
  if (asked.length === 0 && context.evseId !== 0) {
    const known = context.evses.map((evse) => evse.evseId).join(', ');
    return refused(
      'UnknownEvse',
      'K08.FR.05',
      `evseId ${context.evseId} does not exist: the station has ${known}`,
    );
  }
  const endMs = startMs + durationS * 1000;
  const stacks = readStation(installed, context, asked, startMs, endMs);
  const periods: CompositePeriod[] = [];
  for (const second of changes(stacks, startMs, durationS)) {
    const instantMs = startMs + second * 1000;
    const { period, phaseConflict } =
      context.evseId === 0
        ? stationAt(stacks, context, instantMs)
        : evseAt(stacks, stacks.evses[0]!, context, instantMs);
    if (phaseConflict) {
      return refused(
        'PhaseConflict',
        'K01.FR.141',
        `phaseToUse of the leading profiles differs ${second} s into the window: let them agree or leave it out`,
      );
    }
    const last = periods.at(-1);
    if (last === undefined || !sameValues(last, period)) periods.push({ startPeriod: second, ...period });
  }
  return {
    ok: true,
    value: { evseId: context.evseId, startMs, durationS, unit: context.unit, periods },
  };
}

/** The whole seconds of the window at which anything may change: a change within a second shows at the next one. */
function changes(stacks: StationStacks, startMs: number, durationS: number): number[] {
  if (durationS <= 0) return [];
  const seconds = new Set([0]);
  const all = [
    ...stacks.max,
    ...stacks.external,
    ...stacks.localGeneration,
    ...stacks.evses.flatMap((evse) => evse.readings),
  ];
  for (const reading of all) {
    for (const instantMs of reading.changesMs) {
      const second = Math.ceil((instantMs - startMs) / 1000);
      if (second < durationS) seconds.add(second);
    }
  }
  return [...seconds].sort((a, b) => a - b);
}

function evseAt(
  stacks: StationStacks,
  of: EvseStacks,
  context: CompositeContext,
  instantMs: number,
): Outcome {
  const lead = (stack: StationStacks['max']) => leadAt(stack, context.version, instantMs);
  return joined(
    {
      max: lead(stacks.max),
      stationExternal: lead(stacks.external),
      evseExternal: lead(of.external),
      transaction: of.transactionAt(instantMs),
      localGeneration: [lead(of.localGeneration), lead(stacks.localGeneration)],
      currentType: of.evse.currentType,
      phases: of.evse.phases,
      socPercent: of.evse.transaction?.socPercent,
    },
    context,
  );
}

/**
 * EVSE 0 (K08.FR.03): the sum of what the EVSEs may draw, within the station's own limits. An idle EVSE counts as if a
 * transaction began (K08.FR.06), so the answer is what may be drawn, not what happens to be drawn.
 */
function stationAt(stacks: StationStacks, context: CompositeContext, instantMs: number): Outcome {
  const lead = (stack: StationStacks['max']) => leadAt(stack, context.version, instantMs);
  let sum = 0;
  for (const of of stacks.evses) {
    const { period } = joined(
      {
        evseExternal: lead(of.external),
        transaction: of.transactionAt(instantMs),
        localGeneration: [lead(of.localGeneration)],
        currentType: of.evse.currentType,
        phases: of.evse.phases,
        socPercent: of.evse.transaction?.socPercent,
      },
      context,
    );
    sum += mostDrawn(period, context.unit);
  }
  const own = joined(
    {
      max: lead(stacks.max),
      stationExternal: lead(stacks.external),
      localGeneration: [],
      currentType: 'AC',
      phases: context.stationPhases ?? 3,
    },
    context,
  );
  const within = Math.min(sum, own.period.limit ?? Number.POSITIVE_INFINITY);
  const phases = own.period.numberPhases === undefined ? {} : { numberPhases: own.period.numberPhases };
  const { phaseToUse } = own.period;
  const stated = { ...phases, ...(phaseToUse === undefined ? {} : { phaseToUse }) };
  if (within === Number.POSITIVE_INFINITY) return { period: stated, phaseConflict: own.phaseConflict };
  const generation = lead(stacks.localGeneration);
  const added =
    generation?.period?.limit === undefined
      ? 0
      : joined(
          {
            max: { ...generation, period: { startPeriod: 0, limit: generation.period.limit } },
            localGeneration: [],
            currentType: 'DC',
            phases: own.period.numberPhases ?? context.stationPhases ?? 3,
          },
          context,
        ).period.limit!;
  return { period: { limit: within + added, ...stated }, phaseConflict: own.phaseConflict };
}

/** The most an EVSE may draw: its limit, else its setpoint, else no end. Per phase: the sum of W, the highest A. */
function mostDrawn(period: Omit<CompositePeriod, 'startPeriod'>, unit: 'A' | 'W'): number {
  const together = (lanes: readonly (number | undefined)[]): number => {
    const stated = lanes.filter((lane) => lane !== undefined);
    return unit === 'W' ? stated.reduce((sum, lane) => sum + lane, 0) : Math.max(...stated);
  };
  if (period.limit !== undefined) return together([period.limit, period.limit_L2, period.limit_L3]);
  if (period.setpoint === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, together([period.setpoint, period.setpoint_L2, period.setpoint_L3]));
}

function sameValues(last: CompositePeriod, next: Omit<CompositePeriod, 'startPeriod'>): boolean {
  const { startPeriod: _, ...values } = last;
  const keys = Object.keys(next) as (keyof typeof next)[];
  return keys.length === Object.keys(values).length && keys.every((key) => values[key] === next[key]);
}

function refused(code: string, rule: string, message: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { code, rule, message } };
}
