/**
 * What a meter showed at one instant. Import and export stay apart everywhere: they are two registers of a calibrated meter and are
 * never netted (D1.5-Q5-10).
 */
import { stationTime } from '../stations/station-time.ts';
import {
  readSampledValue,
  type SampledValue,
  type SampledValueOnWire,
  type SignedValue,
} from './sampled-value.ts';

export interface MeterReading {
  /** When it was read, epoch ms; the time of receipt where the station's clock cannot be right. */
  readonly atMs: number;
  /** OCPP ReadingContext, e.g. `Sample.Periodic`, `Transaction.Begin`. */
  readonly context: string;
  /** Register of energy taken from the grid, Wh. */
  readonly importWh?: number;
  /** Register of energy given back, Wh. */
  readonly exportWh?: number;
  /** W, both magnitudes. */
  readonly importPowerW?: number;
  readonly exportPowerW?: number;
  /** A and V of L1, L2, L3; null where that phase was not reported. */
  readonly currentA?: readonly (number | null)[];
  readonly voltageV?: readonly (number | null)[];
  /** State of charge of the car, 0..1. */
  readonly soc?: number;
  /** Capacity of its battery, Wh (2.1, ISO 15118-20). */
  readonly batteryWh?: number;
  /** What the station offers the car, W. */
  readonly offeredW?: number;
  /** What fits no column, as it came. */
  readonly other: readonly SampledValue[];
  readonly signed: readonly SignedValue[];
  /** Why this reading is to be doubted, e.g. `clock`, `unreadable`, `register-fell`. */
  readonly flags: readonly string[];
}

export interface MeterValueOnWire {
  readonly timestamp: string;
  readonly sampledValue: readonly SampledValueOnWire[];
}

/** One reading per context among the values of a MeterValue: a station may put the begin and a sample into one. */
export function readMeterValue(wire: MeterValueOnWire, receivedMs: number): MeterReading[] {
  const { atMs, isSuspect } = stationTime(wire.timestamp, receivedMs);
  const byContext = new Map<string, { values: SampledValue[]; signed: SignedValue[]; flags: Set<string> }>();
  const under = (context: string) => {
    const known = byContext.get(context) ?? { values: [], signed: [], flags: new Set<string>() };
    byContext.set(context, known);
    return known;
  };
  for (const sampledValue of wire.sampledValue) {
    const read = readSampledValue(sampledValue);
    if ('sampled' in read) under(read.sampled.context).values.push(read.sampled);
    else if ('signed' in read) under(read.signed.context).signed.push(read.signed);
    else under(sampledValue.context ?? 'Sample.Periodic').flags.add('unreadable');
    if ('sampled' in read && sampledValue.signedMeterValue !== undefined) {
      under(read.sampled.context).signed.push({
        context: read.sampled.context,
        data: sampledValue.signedMeterValue,
      });
    }
  }
  return [...byContext].map(([context, { values, signed, flags }]) => {
    if (isSuspect) flags.add('clock');
    return { atMs, context, ...columnsOf(values), signed, flags: [...flags].sort() };
  });
}

type Columns = Omit<MeterReading, 'atMs' | 'context' | 'signed' | 'flags'>;

/** Locations at which the meter of the EVSE sits; what is measured in the car or at the station's inlet is something else. */
const AT_METER = new Set(['Outlet', 'Cable', 'Upstream']);

function columnsOf(values: readonly SampledValue[]): Columns {
  const used = new Set<SampledValue>();
  const total = (measurand: string) => totalOf(values, measurand, used);
  const importWh = total('Energy.Active.Import.Register');
  const exportWh = total('Energy.Active.Export.Register');
  const importPowerW = total('Power.Active.Import');
  const exportPowerW = total('Power.Active.Export');
  const offeredW = total('Power.Offered');
  const currentA = phasesOf(values, 'Current.Import', used);
  const voltageV = phasesOf(values, 'Voltage', used);
  const soc = values.find(({ measurand }) => measurand === 'SoC');
  if (soc) used.add(soc);
  // Stays among the others as well: a fact of the car has no column of the meter's.
  const battery = values.find(({ measurand }) => measurand === 'Display.BatteryEnergyCapacity');
  // A power below zero in the import measurand is how some meters report export.
  const negative = importPowerW !== undefined && importPowerW < 0 && exportPowerW === undefined;
  return {
    ...(importWh === undefined ? {} : { importWh }),
    ...(exportWh === undefined ? {} : { exportWh }),
    ...(importPowerW === undefined ? {} : { importPowerW: negative ? 0 : importPowerW }),
    ...(negative ? { exportPowerW: -importPowerW } : exportPowerW === undefined ? {} : { exportPowerW }),
    ...(offeredW === undefined ? {} : { offeredW }),
    ...(currentA === undefined ? {} : { currentA }),
    ...(voltageV === undefined ? {} : { voltageV }),
    ...(soc === undefined ? {} : { soc: soc.value }),
    ...(battery !== undefined && isBattery(battery.value) ? { batteryWh: battery.value } : {}),
    other: values.filter((value) => !used.has(value)),
  };
}

/** From a plug-in hybrid to a lorry; some stations send 0 for what they do not know, Wh. */
const isBattery = (wh: number): boolean => wh >= 1_000 && wh <= 2_000_000;

/** The value of all phases together, or the sum of the single ones where no total came. */
function totalOf(
  values: readonly SampledValue[],
  measurand: string,
  used: Set<SampledValue>,
): number | undefined {
  const own = values.filter((value) => value.measurand === measurand && AT_METER.has(value.location));
  for (const value of own) used.add(value);
  const whole = own.find(({ phase }) => phase === undefined);
  if (whole) return whole.value;
  const single = [1, 2, 3].flatMap((n) => {
    const value = own.find(({ phase }) => phase === `L${n}` || phase === `L${n}-N`);
    return value ? [value.value] : [];
  });
  return single.length === 0 ? undefined : single.reduce((sum, value) => sum + value, 0);
}

function phasesOf(
  values: readonly SampledValue[],
  measurand: string,
  used: Set<SampledValue>,
): (number | null)[] | undefined {
  const own = values.filter((value) => value.measurand === measurand && AT_METER.has(value.location));
  const phases = [1, 2, 3].map(
    (n) => own.find(({ phase }) => phase === `L${n}` || phase === `L${n}-N`)?.value ?? null,
  );
  const whole = own.find(({ phase }) => phase === undefined);
  for (const value of own) used.add(value);
  if (phases.some((value) => value !== null)) return phases;
  return whole === undefined ? undefined : [whole.value, null, null];
}
