/** Dynamic inputs of a context (UC-002, D4.2-T20 to T23 and the extensions). */
export const SERIES_KINDS = ['demand', 'generation', 'price', 'export_price', 'flex', 'co2', 'cap'] as const;
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
