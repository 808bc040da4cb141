import type { CompositeContext, CompositePeriod, RateUnit, Schedule, SchedulePeriod } from '../types.ts';
import { converted } from './conversion.ts';
import { setpointOf } from './curve.ts';
import type { Lead } from './leading.ts';

/** A value per phase, or one for all (length 1). */
type Lanes = readonly number[];

interface Contributor {
  readonly schedule: Schedule;
  readonly period: SchedulePeriod;
}

/** Who speaks at an instant for one EVSE (or for the station's own share of EVSE 0). */
export interface Speakers {
  /** Station-wide limits first, then the EVSE's external one. */
  readonly max?: Lead | undefined;
  readonly stationExternal?: Lead | undefined;
  readonly evseExternal?: Lead | undefined;
  readonly transaction?: Lead | undefined;
  readonly localGeneration: readonly (Lead | undefined)[];
  readonly currentType: 'AC' | 'DC';
  /** Phases wired or in use. */
  readonly phases: number;
  readonly socPercent?: number | undefined;
}

/** What holds at an instant; `phaseConflict` when the speakers want different phases (K01.FR.141). */
export interface Outcome {
  readonly period: Omit<CompositePeriod, 'startPeriod'>;
  readonly phaseConflict: boolean;
}

/** Joins the speakers of one instant into one period, in the unit asked for (README, rules 7-14). */
export function joined(speakers: Speakers, context: CompositeContext): Outcome {
  const transaction = defined(speakers.transaction);
  const evseExternal = defined(speakers.evseExternal);
  const stationExternal = defined(speakers.stationExternal);
  const contributors = [defined(speakers.max), stationExternal, evseExternal, transaction].filter(
    (each): each is Contributor => each !== undefined,
  );
  const phases = phasesOf(contributors, speakers);
  const perPhase = phases > 1 && transaction !== undefined && statesPhases(transaction.period);
  const inLanes = (value: number, from: RateUnit): Lanes => {
    if (!perPhase) return [converted(value, from, context.unit, context.nominalVoltageV, phases)];
    const each = converted(
      from === 'W' ? value / phases : value,
      from,
      context.unit,
      context.nominalVoltageV,
      1,
    );
    return Array.from({ length: phases }, () => each);
  };
  const field = (of: Contributor, name: PhasedField): Lanes | undefined => {
    const value = of.period[name];
    if (value === undefined) return undefined;
    const [l2, l3] = [of.period[`${name}_L2`], of.period[`${name}_L3`]];
    if (!perPhase || (l2 === undefined && l3 === undefined))
      return inLanes(value, of.schedule.chargingRateUnit);
    return [value, l2 ?? value, l3 ?? value]
      .slice(0, phases)
      .map((lane) => converted(lane, of.schedule.chargingRateUnit, context.unit, context.nominalVoltageV, 1));
  };

  let limit: Lanes | undefined;
  let dischargeLimit: Lanes | undefined;
  for (const each of contributors) {
    const idle = each.period.operationMode === 'Idle';
    limit = merged(Math.min, limit, idle ? inLanes(0, context.unit) : field(each, 'limit'));
    dischargeLimit = merged(
      Math.max,
      dischargeLimit,
      idle ? inLanes(0, context.unit) : field(each, 'dischargeLimit'),
    );
  }
  const atSoc = transaction?.schedule.limitAtSoC;
  if (atSoc !== undefined && speakers.socPercent !== undefined && speakers.socPercent >= atSoc.soc) {
    limit = merged(Math.min, limit, inLanes(atSoc.limit, transaction!.schedule.chargingRateUnit));
  }
  for (const generation of speakers.localGeneration) {
    const of = defined(generation);
    if (limit === undefined || of?.period.limit === undefined) continue;
    limit = merged((a, b) => a + b, limit, inLanes(of.period.limit, of.schedule.chargingRateUnit));
  }

  const setpointFrom = (of: Contributor | undefined): Lanes | undefined => {
    if (of === undefined) return undefined;
    const stated = setpointOf(of.period, context);
    if (stated === undefined) return undefined;
    if (of.period.operationMode === 'LocalFrequency') return inLanes(stated, of.schedule.chargingRateUnit);
    return field(of, 'setpoint');
  };
  const outside = setpointFrom(evseExternal) ?? setpointFrom(stationExternal);
  const ours = setpointFrom(transaction);
  let setpoint = context.setpointPriority === 'CSMS' ? (ours ?? outside) : (outside ?? ours);
  if (setpoint !== undefined && limit !== undefined) setpoint = merged(Math.min, setpoint, limit);
  if (setpoint !== undefined && dischargeLimit !== undefined) {
    setpoint = merged(Math.max, setpoint, dischargeLimit);
  }
  const reactive =
    transaction === undefined || transaction.period.operationMode === 'Idle'
      ? undefined
      : field(transaction, 'setpointReactive');

  const wanted = new Set(contributors.flatMap(({ period }) => period.phaseToUse || []));
  const [phaseToUse] = wanted;
  const mode = transaction?.period.operationMode;
  return {
    period: {
      ...spread('limit', limit),
      ...spread('dischargeLimit', dischargeLimit),
      ...spread('setpoint', setpoint),
      ...spread('setpointReactive', reactive),
      ...(speakers.currentType === 'AC' && contributors.length > 0 ? { numberPhases: phases } : {}),
      ...(phaseToUse !== undefined && phases === 1 ? { phaseToUse } : {}),
      ...(mode !== undefined && mode !== 'ChargingOnly' ? { operationMode: mode } : {}),
    },
    phaseConflict: wanted.size > 1,
  };
}

type PhasedField = 'limit' | 'dischargeLimit' | 'setpoint' | 'setpointReactive';

function defined(lead: Lead | undefined): Contributor | undefined {
  return lead?.period === undefined ? undefined : { schedule: lead.schedule, period: lead.period };
}

/** K01.FR.140; absent (or 0) counts as 3. A DC EVSE has the phases of its grid side. */
function phasesOf(contributors: readonly Contributor[], speakers: Speakers): number {
  if (speakers.currentType === 'DC') return speakers.phases;
  return contributors.reduce(
    (least, { period }) => Math.min(least, period.numberPhases || 3),
    speakers.phases,
  );
}

function statesPhases(period: SchedulePeriod): boolean {
  return Object.keys(period).some((key) => key.endsWith('_L2') || key.endsWith('_L3'));
}

function merged(
  by: (a: number, b: number) => number,
  a: Lanes | undefined,
  b: Lanes | undefined,
): Lanes | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.map((value, lane) => by(value, b[lane]!));
}

function spread(name: PhasedField, lanes: Lanes | undefined): Record<string, number> {
  if (lanes === undefined) return {};
  const names = [name, `${name}_L2`, `${name}_L3`];
  // + 0 turns a negative zero into zero, which is what the wire would make of it
  return Object.fromEntries(lanes.map((value, lane) => [names[lane]!, value + 0]));
}
