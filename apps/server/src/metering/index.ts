/** What the meters of own stations showed: parsed, judged, and kept for ever in two registers. */
export { createMeterStore, type MeterEntry, type MeterStore, type StoredReading } from './meter-store.ts';
export { type Doubt, doubtsOf, type KnownMeter, mostPlausibleWh, NOISE_WH } from './plausibility.ts';
export { type MeterReading, type MeterValueOnWire, readMeterValue } from './reading.ts';
export type { SampledValueOnWire } from './sampled-value.ts';
