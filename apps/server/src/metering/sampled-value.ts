/**
 * One sampled value of a meter in SI units, whichever version sent it. 1.6 writes numbers as text and the unit beside them; 2.x writes
 * numbers with a unit and a power of ten (OCPP 1.6 7.43 SampledValue, OCPP 2.1 SampledValueType).
 */

/** Structural: what 1.6, 2.0.1 and 2.1 have in common, before anything is believed. */
export interface SampledValueOnWire {
  readonly value: string | number;
  readonly context?: string;
  readonly format?: string;
  readonly measurand?: string;
  readonly phase?: string;
  readonly location?: string;
  readonly unit?: string;
  readonly unitOfMeasure?: { readonly unit?: string; readonly multiplier?: number };
  readonly signedMeterValue?: unknown;
}

export interface SampledValue {
  readonly measurand: string;
  /** `L1`, `L1-N`, `L1-L2`, `N`; absent: all phases together. */
  readonly phase?: string;
  readonly location: string;
  readonly context: string;
  /** Wh, W, A, V, Hz, or a share 0..1 for percentages. */
  readonly value: number;
}

/** A signature as the meter wrote it: kept byte for byte, never parsed (billing law wants the original). */
export interface SignedValue {
  readonly context: string;
  readonly data: unknown;
}

/** What could not be read, for the log and the flags of the reading. */
export interface Unreadable {
  readonly problem: string;
}

const DEFAULT_MEASURAND = 'Energy.Active.Import.Register';
const DEFAULT_CONTEXT = 'Sample.Periodic';
const DEFAULT_LOCATION = 'Outlet';

/** Factor to the unit the platform calculates in. Units that are not here are kept as they are (Celsius, varh, ...). */
const FACTORS: Readonly<Record<string, number>> = { kWh: 1000, kW: 1000, kVA: 1000, Percent: 0.01 };

/** @returns the value, the signature, or why neither can be read */
export function readSampledValue(
  wire: SampledValueOnWire,
): { sampled: SampledValue } | { signed: SignedValue } | Unreadable {
  const context = wire.context ?? DEFAULT_CONTEXT;
  if (wire.format === 'SignedData') return { signed: { context, data: wire.value } };
  const number = typeof wire.value === 'number' ? wire.value : numberOf(wire.value);
  const measurand = wire.measurand ?? DEFAULT_MEASURAND;
  if (number === undefined || !Number.isFinite(number)) {
    return { problem: `${measurand} is no number: ${JSON.stringify(wire.value).slice(0, 40)}` };
  }
  const unit = wire.unitOfMeasure?.unit ?? wire.unit ?? (measurand === 'SoC' ? 'Percent' : '');
  const scaled = number * 10 ** (wire.unitOfMeasure?.multiplier ?? 0) * (FACTORS[unit] ?? 1);
  return {
    sampled: {
      measurand,
      ...(wire.phase === undefined ? {} : { phase: wire.phase }),
      location: wire.location ?? DEFAULT_LOCATION,
      context,
      value: scaled,
    },
  };
}

/** Stations also send `"12.5 "` and `"+3"`, and some an empty text for "not measured". */
function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  return /^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
}
