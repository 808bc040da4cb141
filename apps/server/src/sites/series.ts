/** Dynamic inputs of a context (UC-002, D4.2-T20 to T23 and the extensions). */
export const INPUT_KINDS = ['demand', 'generation', 'price', 'export_price', 'flex', 'co2', 'cap'] as const;
export type InputKind = (typeof INPUT_KINDS)[number];
/**
 * What grid operators allow (min over all of them), kept apart from what is given by hand or by the owner, so that neither can replace
 * the other: net import, net export, and import of the lowest phase.
 */
export const GRID_KINDS = ['grid_cap', 'grid_export_cap', 'grid_phase_cap'] as const;
export const SERIES_KINDS = [...INPUT_KINDS, ...GRID_KINDS] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

/** Unit of the values of a kind: average W of the slot, currency per kWh, or g CO2 per kWh. */
export const SERIES_UNITS: Readonly<Record<SeriesKind, 'W' | 'currency/kWh' | 'g/kWh'>> = {
  demand: 'W',
  generation: 'W',
  price: 'currency/kWh',
  export_price: 'currency/kWh',
  flex: 'W',
  co2: 'g/kWh',
  cap: 'W',
  grid_cap: 'W',
  grid_export_cap: 'W',
  grid_phase_cap: 'W',
};

/** A value that holds on `[startMs, startMs + durationMs)`. */
export interface SeriesSlot {
  readonly startMs: number;
  readonly durationMs: number;
  readonly value: number;
}

/** A slot as stored: `layer` override is an operator's manual value with an expiry (X17). */
export interface StoredSlot extends SeriesSlot {
  readonly layer: 'base' | 'override';
  readonly source: string;
  readonly receivedMs: number;
  /** The value counts for nothing from here on; absent = until it is replaced. */
  readonly validUntilMs?: number;
}
