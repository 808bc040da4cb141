import type {
  ChargingProfile,
  CompositeContext,
  EvseState,
  InstalledProfile,
  OperationMode,
  ProfileKind,
  ProfileVersion,
  Purpose,
  Schedule,
  SchedulePeriod,
  TransactionState,
} from '../types.ts';

/** A stack that every rule of installation accepts, with a question to ask of it. All times are whole seconds. */
export interface RandomStack {
  readonly seed: number;
  readonly installed: readonly InstalledProfile[];
  readonly context: CompositeContext;
  readonly startMs: number;
  readonly durationS: number;
}

/** What a stack may contain besides limits, kinds, stacks, gaps and validity. */
export interface RandomStackOptions {
  readonly versions?: readonly ProfileVersion[];
  /** Longest window in seconds; default 7200. */
  readonly maxDurationS?: number;
  /** Setpoints, discharge limits, operation modes, curves (2.1 only); default true. */
  readonly v2x?: boolean;
  /** `_L2` and `_L3` in TxProfiles (2.1 only); default true. */
  readonly perPhase?: boolean;
  /** useLocalTime around the two changes of clock (2.1 only); default true. */
  readonly localTime?: boolean;
}

type Random = () => number;

const MAX_PURPOSES: readonly Purpose[] = ['ChargingStationMaxProfile', 'TxDefaultProfile', 'TxProfile'];
const starts = [
  Date.UTC(2026, 5, 10, 9, 0, 0),
  Date.UTC(2026, 0, 31, 23, 20, 0),
  Date.UTC(2026, 2, 29, 0, 15, 0), // Europe's clocks go forward at 01:00 UTC
  Date.UTC(2026, 9, 25, 0, 15, 0), // and back
];

/** The same seed gives the same stack on every machine. */
export function randomStack(seed: number, options: RandomStackOptions = {}): RandomStack {
  const random = mulberry32(seed);
  const version = pick(random, options.versions ?? (['1.6', '2.0.1', '2.1'] as const));
  const durationS = 1 + below(random, options.maxDurationS ?? 7200);
  const startMs = pick(random, starts) + below(random, 3600) * 1000;
  const evses = Array.from({ length: 1 + below(random, 3) }, (_, index) =>
    randomEvse(random, index + 1, startMs, durationS),
  );
  const draw: Draw = { random, version, startMs, durationS, evses, options, nextId: 100 };
  const installed: InstalledProfile[] = [];
  const purposes: readonly Purpose[] =
    version === '1.6'
      ? MAX_PURPOSES
      : version === '2.0.1'
        ? [...MAX_PURPOSES, 'ChargingStationExternalConstraints']
        : [...MAX_PURPOSES, 'ChargingStationExternalConstraints', 'PriorityCharging', 'LocalGeneration'];
  for (const purpose of purposes) installed.push(...stackOf(draw, purpose));
  const delays = drawDelays(random, installed);
  const context: CompositeContext = {
    version,
    evseId: random() < 0.25 ? 0 : pick(random, evses).evseId,
    unit: random() < 0.5 ? 'A' : 'W',
    evses: evses.map((evse) =>
      evse.transaction === undefined
        ? evse
        : { ...evse, transaction: { ...evse.transaction, randomDelayS: delays } },
    ),
    nominalVoltageV: 230,
    stationPhases: random() < 0.9 ? 3 : 1,
    timeZone: pick(random, ['UTC', 'Europe/Rome', 'Europe/Helsinki', 'America/New_York']),
    ...(version === '2.1' && random() < 0.3
      ? { offlineSinceMs: startMs + below(random, durationS) * 1000 - 900_000 }
      : {}),
    ...(random() < 0.5 ? { frequencyHz: 49.8 + below(random, 41) / 100 } : {}),
    ...(random() < 0.5 ? { afrrSignal: below(random, 21) - 10 } : {}),
    ...(random() < 0.3 ? { setpointPriority: 'CSMS' as const } : {}),
  };
  return { seed, installed: shuffled(random, installed), context, startMs, durationS };
}

interface Draw {
  readonly random: Random;
  readonly version: ProfileVersion;
  readonly startMs: number;
  readonly durationS: number;
  readonly evses: readonly EvseState[];
  readonly options: RandomStackOptions;
  nextId: number;
}

function randomEvse(random: Random, evseId: number, startMs: number, durationS: number): EvseState {
  const currentType = random() < 0.8 ? 'AC' : 'DC';
  const phases = currentType === 'DC' || random() < 0.7 ? 3 : pick(random, [1, 2] as const);
  if (random() < 0.3) return { evseId, currentType, phases };
  const began = startMs - below(random, 7200) * 1000;
  const transaction: TransactionState = {
    transactionId: `tx-${evseId}`,
    startMs: began,
    ...(random() < 0.8
      ? { energyMayFlowSinceMs: Math.min(began + below(random, 300) * 1000, startMs + durationS * 500) }
      : {}),
    ...(random() < 0.3 ? { priorityCharging: true } : {}),
    ...(random() < 0.5 ? { socPercent: below(random, 101) } : {}),
  };
  return { evseId, currentType, phases, transaction };
}

/** Up to four profiles of a purpose for every place it may be installed, each on a stack level of its own. */
function stackOf(draw: Draw, purpose: Purpose): InstalledProfile[] {
  const { random } = draw;
  const levels = shuffled(random, [0, 1, 2, 3, 4, 5, 6, 7]);
  const installed: InstalledProfile[] = [];
  for (const evseId of placesOf(draw, purpose)) {
    const count = below(random, 4);
    for (let n = 0; n < count; n++) {
      // TxDefaultProfile on EVSE 0 and on EVSE n may not share a level (K01.FR.52/53): one pool of levels for all
      const stackLevel = levels.pop();
      if (stackLevel === undefined) break;
      const id = draw.nextId++;
      if (random() < 0.15) {
        // two of one level are allowed when their validity does not overlap (K01.FR.06)
        const changeMs = momentIn(draw);
        const first = profileOf(draw, purpose, evseId, draw.nextId++, stackLevel);
        const second = profileOf(draw, purpose, evseId, id, stackLevel);
        const mayShare = draw.version !== '1.6' && purpose !== 'TxProfile';
        installed.push({
          evseId,
          profile: { ...second, validFromMs: changeMs, validToMs: changeMs + 3600_000 },
        });
        if (mayShare) installed.push({ evseId, profile: { ...first, validFromMs: 0, validToMs: changeMs } });
      } else {
        installed.push({ evseId, profile: profileOf(draw, purpose, evseId, id, stackLevel) });
      }
    }
  }
  return installed;
}

function placesOf(draw: Draw, purpose: Purpose): number[] {
  const numbers = draw.evses.map((evse) => evse.evseId);
  if (purpose === 'ChargingStationMaxProfile') return [0];
  if (purpose === 'TxProfile')
    return draw.evses.filter((evse) => evse.transaction !== undefined).map((evse) => evse.evseId);
  return [0, ...numbers];
}

function profileOf(
  draw: Draw,
  purpose: Purpose,
  evseId: number,
  id: number,
  stackLevel: number,
): ChargingProfile {
  const { random, version } = draw;
  const kinds: ProfileKind[] = ['Absolute', 'Absolute', 'Recurring'];
  const ofTransaction = ['TxProfile', 'TxDefaultProfile', 'PriorityCharging'].includes(purpose);
  if (ofTransaction) kinds.push('Relative', 'Relative');
  if (version === '2.1') kinds.push('Dynamic');
  const chargingProfileKind = pick(random, kinds);
  const recurrencyKind = random() < 0.7 ? 'Daily' : 'Weekly';
  const fromMs = momentIn(draw);
  const toMs = fromMs + (1 + below(random, draw.durationS * 2)) * 1000;
  return {
    id,
    stackLevel,
    chargingProfilePurpose: purpose,
    chargingProfileKind,
    ...(chargingProfileKind === 'Recurring' ? { recurrencyKind } : {}),
    ...(random() < 0.3 ? { validFromMs: fromMs } : {}),
    ...(random() < 0.3 ? { validToMs: toMs } : {}),
    ...(purpose === 'TxProfile' ? { transactionId: `tx-${evseId}` } : {}),
    ...(version === '2.1' && random() < 0.2 ? { maxOfflineDuration: below(random, 3600) } : {}),
    ...(chargingProfileKind === 'Dynamic'
      ? { dynUpdateTimeMs: momentIn(draw) - below(random, 1800) * 1000 }
      : {}),
    chargingSchedule: [scheduleOf(draw, purpose, evseId, chargingProfileKind, recurrencyKind)],
  };
}

function scheduleOf(
  draw: Draw,
  purpose: Purpose,
  evseId: number,
  kind: ProfileKind,
  recurrency: 'Daily' | 'Weekly',
): Schedule {
  const { random, version, options } = draw;
  const unit = random() < 0.5 ? 'A' : 'W';
  const anchored = kind === 'Absolute' || kind === 'Recurring';
  const local = version === '2.1' && options.localTime !== false && anchored && random() < 0.3;
  const daysBack = kind === 'Recurring' ? below(random, 3) * (recurrency === 'Daily' ? 1 : 7) : 0;
  const startScheduleMs =
    momentIn(draw) - below(random, 3600) * 1000 - daysBack * 86_400_000 + (local ? 3600_000 : 0);
  const periods = kind === 'Dynamic' ? 1 : 1 + below(random, 6);
  let at = 0;
  const chargingSchedulePeriod: SchedulePeriod[] = [];
  for (let n = 0; n < periods; n++) {
    chargingSchedulePeriod.push({ startPeriod: at, ...periodOf(draw, purpose, evseId, unit) });
    at += 1 + below(random, 1500);
  }
  const mayDelay = version === '2.1' && (purpose === 'TxProfile' || purpose === 'TxDefaultProfile');
  return {
    id: 1,
    chargingRateUnit: unit,
    chargingSchedulePeriod,
    ...(anchored ? { startScheduleMs } : {}),
    ...(purpose !== 'PriorityCharging' && random() < 0.6 ? { duration: 1 + below(random, 6000) } : {}),
    ...(local ? { useLocalTime: true } : {}),
    ...(mayDelay && random() < 0.2 ? { randomizedDelay: 1 + below(random, 900) } : {}),
    ...(version === '2.1' && purpose === 'TxProfile' && random() < 0.15
      ? { limitAtSoC: { soc: below(random, 101), limit: limitOf(random, unit) } }
      : {}),
  };
}

function periodOf(
  draw: Draw,
  purpose: Purpose,
  evseId: number,
  unit: 'A' | 'W',
): Omit<SchedulePeriod, 'startPeriod'> {
  const { random, version, options } = draw;
  const evse = draw.evses.find((each) => each.evseId === evseId);
  const anyDc = draw.evses.some((each) => each.currentType === 'DC');
  const dc = evse === undefined ? anyDc : evse.currentType === 'DC';
  const wired = evse?.phases ?? Math.min(...draw.evses.map((each) => each.phases));
  const numberPhases = !dc && random() < 0.3 ? 1 + below(random, wired) : undefined;
  const phases = numberPhases === undefined ? {} : { numberPhases };
  const ofTransaction = purpose === 'TxProfile' || purpose === 'TxDefaultProfile';
  if (version !== '2.1' || options.v2x === false) return { limit: limitOf(random, unit), ...phases };
  if (ofTransaction && random() < 0.35) return { ...modeOf(draw, unit), ...phases };
  if (purpose === 'ChargingStationExternalConstraints' && random() < 0.3)
    return { ...externalModeOf(random, unit), ...phases };
  const spread = purpose === 'TxProfile' && !dc && wired === 3 && numberPhases === undefined;
  if (spread && options.perPhase !== false && random() < 0.2) {
    const share = unit === 'W' ? 3 : 1;
    const one = (): number => tenth(limitOf(random, unit) / share);
    return { limit: one(), limit_L2: one(), limit_L3: one() };
  }
  return { limit: limitOf(random, unit), ...phases };
}

function modeOf(draw: Draw, unit: 'A' | 'W'): Omit<SchedulePeriod, 'startPeriod'> {
  const { random } = draw;
  const modes: OperationMode[] = ['Idle', 'CentralSetpoint', 'ExternalLimits', 'LocalLoadBalancing'];
  if (unit === 'W') modes.push('LocalFrequency');
  const operationMode = pick(random, modes);
  if (operationMode === 'CentralSetpoint') {
    const limit = limitOf(random, unit);
    const dischargeLimit = 0 - limitOf(random, unit);
    const setpoint = tenth(dischargeLimit + (limit - dischargeLimit) * random());
    return {
      operationMode,
      setpoint: Math.max(dischargeLimit, Math.min(limit, setpoint)),
      ...(random() < 0.7 ? { limit } : {}),
      ...(random() < 0.7 ? { dischargeLimit } : {}),
    };
  }
  if (operationMode === 'LocalFrequency') {
    return {
      operationMode,
      v2xBaseline: below(random, 4001) - 2000,
      v2xFreqWattCurve: [
        { frequency: 49.8, power: -below(random, 5000) },
        { frequency: 50, power: 0 },
        { frequency: 50.2, power: below(random, 5000) },
      ],
      ...(random() < 0.5
        ? {
            v2xSignalWattCurve: [
              { signal: -10, power: -below(random, 3000) },
              { signal: 10, power: below(random, 3000) },
            ],
          }
        : {}),
    };
  }
  if (operationMode === 'ExternalLimits') {
    return { operationMode, limit: limitOf(random, unit), dischargeLimit: 0 - limitOf(random, unit) };
  }
  return { operationMode };
}

function externalModeOf(random: Random, unit: 'A' | 'W'): Omit<SchedulePeriod, 'startPeriod'> {
  const limit = limitOf(random, unit);
  const dischargeLimit = 0 - limitOf(random, unit);
  if (random() < 0.5) return { operationMode: 'ExternalLimits', limit, dischargeLimit };
  return {
    operationMode: 'ExternalSetpoint',
    setpoint: tenth(dischargeLimit + (limit - dischargeLimit) * random()),
  };
}

function drawDelays(random: Random, installed: readonly InstalledProfile[]): Record<number, number> {
  const delays: Record<number, number> = {};
  for (const { profile } of installed) {
    const bound = profile.chargingSchedule[0]?.randomizedDelay;
    if (bound !== undefined) delays[profile.id] = below(random, bound + 1);
  }
  return delays;
}

/** A moment in or shortly around the window, where it can matter. */
function momentIn(draw: Draw): number {
  const { random, startMs, durationS } = draw;
  return startMs + Math.floor((random() * 1.4 - 0.2) * durationS) * 1000;
}

function limitOf(random: Random, unit: 'A' | 'W'): number {
  if (random() < 0.1) return 0;
  return unit === 'A' ? tenth(below(random, 321) / 10) : below(random, 22_001);
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[below(random, from.length)]!;
}

function shuffled<T>(random: Random, from: readonly T[]): T[] {
  const cards = [...from];
  for (let i = cards.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [cards[i], cards[j]] = [cards[j]!, cards[i]!];
  }
  return cards;
}

/** Mulberry32: 32 bits of state are plenty to make stacks different. */
function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
