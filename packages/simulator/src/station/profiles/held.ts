import { isValid, type Leading, leading } from './defined-period.ts';
import type {
  EvseFacts,
  Installed,
  OperationMode,
  PeriodValues,
  Purpose,
  RateUnit,
  SchedulePeriod,
  StationFacts,
} from './profile.ts';

/** What the profiles say for one EVSE at one instant. No `limit` = no profile limits it. */
export interface Held extends PeriodValues {
  readonly numberPhases?: number;
  readonly phaseToUse?: number;
  readonly operationMode?: OperationMode;
}

type Values = readonly (number | undefined)[];
type Field = 'limit' | 'dischargeLimit' | 'setpoint' | 'setpointReactive';

/** One contributor: the leading profile of a purpose with a period that holds. */
interface Part {
  readonly period: SchedulePeriod;
  readonly unit: RateUnit;
  /** A further limit of the transaction's purpose from a state of charge on. */
  readonly socLimit?: number;
}

/** Profiles of one purpose that concern an EVSE; `where` says which places count. */
function ofPurpose(all: readonly Installed[], purpose: Purpose, ...places: number[]): Installed[] {
  return all.filter(
    ({ profile, evseId }) => profile.chargingProfilePurpose === purpose && places.includes(evseId),
  );
}

/** The transaction's purpose (K21, K01.FR.38): Priority when active, else Tx, else TxDefault. */
export function transactionLeading(
  all: readonly Installed[],
  evse: EvseFacts,
  facts: StationFacts,
  atMs: number,
  asIfMs: number,
): Leading | undefined {
  const { transaction, evseId } = evse;
  if (transaction?.priorityCharging === true) {
    const priority = leading(ofPurpose(all, 'PriorityCharging', 0, evseId), atMs, evse, facts, asIfMs);
    if (priority?.period !== undefined) return priority;
  }
  if (transaction !== undefined) {
    const own = ofPurpose(all, 'TxProfile', evseId).filter(
      ({ profile }) =>
        profile.transactionId === undefined || profile.transactionId === transaction.transactionId,
    );
    const tx = leading(own, atMs, evse, facts, asIfMs);
    if (tx !== undefined) return tx;
  }
  const here = ofPurpose(all, 'TxDefaultProfile', evseId);
  // 1.6: a default sent to the connector itself takes the place of those sent to all of them.
  const isReplaced =
    facts.version === '1.6' && here.some(({ profile }) => isValid(profile, atMs, facts.offlineSinceMs));
  const defaults = isReplaced ? here : ofPurpose(all, 'TxDefaultProfile', 0, evseId);
  return leading(defaults, atMs, evse, facts, asIfMs);
}

function partOf(lead: Leading | undefined, socPercent?: number): Part | undefined {
  if (lead?.period === undefined) return undefined;
  const { chargingRateUnit: unit, limitAtSoC } = lead.schedule;
  const bindsSoc = limitAtSoC !== undefined && socPercent !== undefined && socPercent >= limitAtSoC.soc;
  return { period: lead.period, unit, ...(bindsSoc ? { socLimit: limitAtSoC.limit } : {}) };
}

/** Everything that contributes to one EVSE, without (`own`) and with what was sent to the station. */
function partsOf(
  all: readonly Installed[],
  evse: EvseFacts,
  facts: StationFacts,
  atMs: number,
  asIfMs: number,
) {
  const lead = (purpose: Purpose, place: number) =>
    partOf(leading(ofPurpose(all, purpose, place), atMs, place === 0 ? undefined : evse, facts, asIfMs));
  return {
    tx: partOf(transactionLeading(all, evse, facts, atMs, asIfMs), evse.transaction?.socPercent),
    externalHere: lead('ChargingStationExternalConstraints', evse.evseId),
    externalStation: lead('ChargingStationExternalConstraints', 0),
    stationMax: lead('ChargingStationMaxProfile', 0),
    generationHere: lead('LocalGeneration', evse.evseId),
    generationStation: lead('LocalGeneration', 0),
  };
}

/** What holds for one EVSE at an instant, in the unit asked for. `asIfMs`: start of the window, for what has not begun. */
export function heldAt(
  all: readonly Installed[],
  evse: EvseFacts,
  facts: StationFacts,
  atMs: number,
  asIfMs: number,
  unit: RateUnit,
): Held {
  const parts = partsOf(all, evse, facts, atMs, asIfMs);
  const { tx, externalHere, externalStation, stationMax } = parts;
  return combine(
    { tx, external: [externalHere, externalStation], others: [stationMax] },
    [parts.generationHere, parts.generationStation],
    evse,
    facts,
    unit,
  );
}

interface Contributors {
  readonly tx: Part | undefined;
  /** In the order in which their set points win. */
  readonly external: readonly (Part | undefined)[];
  readonly others: readonly (Part | undefined)[];
}

function combine(
  { tx, external, others }: Contributors,
  generation: readonly (Part | undefined)[],
  evse: EvseFacts,
  facts: StationFacts,
  unit: RateUnit,
): Held {
  const all = [tx, ...external, ...others].filter((part) => part !== undefined);
  const phases = phasesOf(all, evse.currentType === 'AC', evse.phases);
  const isSpread = phases > 1 && tx !== undefined && namesPhases(tx.period);
  const width = isSpread ? phases : 1;
  const volts = facts.nominalVoltageV;
  /** A value in the unit asked for: of one phase when spread, else in A per phase or W in total. */
  const convert = (value: number, from: RateUnit, isPhaseValue: boolean): number => {
    const inA = from === 'A' ? value : value / volts / (isPhaseValue ? 1 : phases);
    const inW =
      from === 'W'
        ? value / (isSpread && !isPhaseValue ? phases : 1)
        : value * volts * (isSpread ? 1 : phases);
    return unit === 'A' ? inA : inW;
  };
  const valuesOf = (part: Part, field: Field): Values => {
    const { period } = part;
    if (period.operationMode === 'Idle' && (field === 'limit' || field === 'dischargeLimit')) {
      return new Array<number>(width).fill(0);
    }
    if (field === 'setpoint' && period.operationMode === 'LocalFrequency') {
      return new Array<number>(width).fill(convert(frequencySetpointW(period, facts), 'W', false));
    }
    const plain = period[field];
    const isByPhase = isSpread && part === tx && namesPhases(period);
    const raw = [plain, period[`${field}_L2`] ?? plain, period[`${field}_L3`] ?? plain];
    const named = isByPhase && hasPhases(period, field);
    return raw
      .slice(0, width)
      .map((value) => (value === undefined ? undefined : convert(value, part.unit, named)));
  };
  const fold = (field: Field, keep: (a: number, b: number) => number): (number | undefined)[] =>
    all
      .map((part) => valuesOf(part, field))
      .reduce<(number | undefined)[]>(
        (held, values) => held.map((value, k) => chosen(value, values[k], keep)),
        new Array<undefined>(width).fill(undefined),
      );

  let limits = fold('limit', Math.min);
  if (tx?.socLimit !== undefined) {
    const socLimit = convert(tx.socLimit, tx.unit, false);
    limits = limits.map((value) => chosen(value, socLimit, Math.min));
  }
  for (const part of generation) {
    if (part?.period.limit === undefined) continue;
    const extra = convert(part.period.limit, part.unit, false);
    limits = limits.map((value) => (value === undefined ? undefined : value + extra));
  }
  const dischargeLimits = fold('dischargeLimit', Math.max);
  const setters = facts.setpointPriority === 'CSMS' ? [tx, ...external] : [...external, tx];
  const setter = setters.find((part) => part !== undefined && valuesOf(part, 'setpoint')[0] !== undefined);
  const setpoints =
    setter === undefined
      ? []
      : valuesOf(setter, 'setpoint').map((value, k) =>
          value === undefined
            ? undefined
            : Math.max(dischargeLimits[k] ?? -Infinity, Math.min(limits[k] ?? Infinity, value)),
        );
  const reactive = tx === undefined ? [] : valuesOf(tx, 'setpointReactive');
  const phaseToUse = all.find((part) => part.period.phaseToUse !== undefined)?.period.phaseToUse;
  const mode = tx?.period.operationMode;
  return {
    ...written('limit', limits),
    ...written('dischargeLimit', dischargeLimits),
    ...written('setpoint', setpoints),
    ...written('setpointReactive', reactive),
    ...(all.length > 0 && evse.currentType === 'AC' ? { numberPhases: phases } : {}),
    ...(phaseToUse !== undefined && phases === 1 ? { phaseToUse } : {}),
    ...(mode === undefined || mode === 'ChargingOnly' ? {} : { operationMode: mode }),
  };
}

/** K01.FR.140: the lowest of the contributors (3 where they say nothing) and of the wiring. */
function phasesOf(parts: readonly Part[], isAc: boolean, wired: number): number {
  if (!isAc) return wired;
  return Math.min(wired, ...parts.map((part) => part.period.numberPhases || 3));
}

function chosen(a: number | undefined, b: number | undefined, keep: (a: number, b: number) => number) {
  if (a === undefined) return b;
  return b === undefined ? a : keep(a, b);
}

const FIELDS: readonly Field[] = ['limit', 'dischargeLimit', 'setpoint', 'setpointReactive'];

function hasPhases(period: SchedulePeriod, field: Field): boolean {
  return period[`${field}_L2`] !== undefined || period[`${field}_L3`] !== undefined;
}

function namesPhases(period: SchedulePeriod): boolean {
  return FIELDS.some((field) => hasPhases(period, field));
}

function written(field: Field, values: Values): PeriodValues {
  const [one, two, three] = values;
  return {
    ...(one === undefined ? {} : { [field]: one }),
    ...(two === undefined ? {} : { [`${field}_L2`]: two }),
    ...(three === undefined ? {} : { [`${field}_L3`]: three }),
  };
}

/** Q08: baseline plus the curve at the mains frequency plus the answer to the last aFRR signal, W. */
export function frequencySetpointW(period: SchedulePeriod, facts: StationFacts): number {
  const curve = (period.v2xFreqWattCurve ?? []).map(({ frequency, power }) => ({ x: frequency, y: power }));
  const signal = (period.v2xSignalWattCurve ?? []).map((point) => ({ x: point.signal, y: point.power }));
  return (period.v2xBaseline ?? 0) + onCurve(curve, facts.frequencyHz) + onCurve(signal, facts.afrrSignal);
}

function onCurve(
  points: readonly { readonly x: number; readonly y: number }[],
  x: number | undefined,
): number {
  if (x === undefined || points.length === 0) return 0;
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const first = sorted[0]!;
  if (x <= first.x) return first.y;
  for (let n = 1; n < sorted.length; n++) {
    const [from, to] = [sorted[n - 1]!, sorted[n]!];
    if (x <= to.x) return from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y);
  }
  return sorted.at(-1)!.y;
}

/** What was sent to the station as a whole: a bound on the sum of its EVSEs. Absent = none. */
export function stationHeldAt(
  all: readonly Installed[],
  facts: StationFacts,
  atMs: number,
  asIfMs: number,
  unit: RateUnit,
): { readonly limit?: number; readonly extra: number; readonly numberPhases?: number } {
  const lead = (purpose: Purpose) =>
    partOf(leading(ofPurpose(all, purpose, 0), atMs, undefined, facts, asIfMs));
  const parts = [lead('ChargingStationMaxProfile'), lead('ChargingStationExternalConstraints')].filter(
    (part) => part !== undefined,
  );
  const phases = phasesOf(parts, true, facts.stationPhases ?? 3);
  const convert = (value: number, from: RateUnit) => {
    if (from === unit) return value;
    const wattsPerA = facts.nominalVoltageV * phases;
    return unit === 'W' ? value * wattsPerA : value / wattsPerA;
  };
  const limits = parts
    .map((part) => ({ value: part.period.operationMode === 'Idle' ? 0 : part.period.limit, unit: part.unit }))
    .flatMap(({ value, unit: from }) => (value === undefined ? [] : [convert(value, from)]));
  const generation = lead('LocalGeneration');
  const extra =
    generation?.period.limit === undefined ? 0 : convert(generation.period.limit, generation.unit);
  return {
    extra,
    ...(limits.length === 0 ? {} : { limit: Math.min(...limits) }),
    ...(parts.length === 0 ? {} : { numberPhases: phases }),
  };
}

/** EVSE 0: what the station is expected to draw at most (K08.FR.03); no `limit` = nothing bounds it. */
export function stationSumAt(
  all: readonly Installed[],
  facts: StationFacts,
  atMs: number,
  asIfMs: number,
  unit: RateUnit,
): Held {
  let sum = 0;
  for (const evse of facts.evses) {
    const parts = partsOf(all, evse, facts, atMs, asIfMs);
    const own = combine(
      { tx: parts.tx, external: [parts.externalHere], others: [] },
      [parts.generationHere],
      evse,
      facts,
      unit,
    );
    const byPhase = [own.limit, own.limit_L2, own.limit_L3].filter((value) => value !== undefined);
    if (byPhase.length > 0) sum += unit === 'W' ? byPhase.reduce((a, b) => a + b, 0) : Math.max(...byPhase);
    else if (own.setpoint !== undefined) sum += Math.max(0, own.setpoint);
    else sum = Number.POSITIVE_INFINITY;
  }
  const station = stationHeldAt(all, facts, atMs, asIfMs, unit);
  const limit = Math.min(sum, station.limit ?? Number.POSITIVE_INFINITY);
  return {
    ...(Number.isFinite(limit) ? { limit: limit + station.extra } : {}),
    ...(station.numberPhases === undefined ? {} : { numberPhases: station.numberPhases }),
  };
}

/** Bounds on the station as a whole in the units they were sent in: A hold on every phase, W on the sum. Local generation on top. */
export function stationBoundsAt(
  all: readonly Installed[],
  facts: StationFacts,
  atMs: number,
): { readonly perPhaseA: number; readonly totalW: number } {
  const lead = (purpose: Purpose) =>
    partOf(leading(ofPurpose(all, purpose, 0), atMs, undefined, facts, atMs));
  const extra = lead('LocalGeneration');
  const wattsPerA = facts.nominalVoltageV * (facts.stationPhases ?? 3);
  const extraIn = (unit: RateUnit) => {
    const value = extra?.period.limit;
    if (extra === undefined || value === undefined || extra.unit === unit) return value ?? 0;
    return unit === 'W' ? value * wattsPerA : value / wattsPerA;
  };
  const lowest = (unit: RateUnit) => {
    const parts = [lead('ChargingStationMaxProfile'), lead('ChargingStationExternalConstraints')];
    const values = parts.flatMap((part) => {
      if (part === undefined || part.unit !== unit) return [];
      const value = part.period.operationMode === 'Idle' ? 0 : part.period.limit;
      return value === undefined ? [] : [value];
    });
    return Math.min(...values, Number.POSITIVE_INFINITY) + extraIn(unit);
  };
  return { perPhaseA: lowest('A'), totalW: lowest('W') };
}
