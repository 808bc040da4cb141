import type { Word } from '../../words/words.svelte.ts';

/** What a cell holds: a number in the unit it is shown with, epoch ms of a `time`, a text or code; null where nothing is known. */
export type CellValue = number | string | null;

/** How a cell is meant, shown by colour and sign. */
export type Tone = 'good' | 'warn' | 'bad' | 'active' | 'plain';

export interface Column<Row> {
  /** Its name in the address and at the head of exports, with the unit: `energyKwh`, `startedAt`. Letters and digits. */
  readonly key: string;
  readonly heading: Word;
  /** `choice` is filtered by picking values, `number` and `time` by from and to, `text` by a part of it. */
  readonly kind: 'text' | 'number' | 'time' | 'choice';
  /** What is sorted by, filtered by and exported. */
  readonly value: (row: Row) => CellValue;
  /** What people read in the cell, with unit; without it the value itself. */
  readonly text?: (row: Row) => string;
  /** What a value of a `choice` is called where it is picked; without it, what its first row says. */
  readonly choice?: (value: string) => string;
  /** Of a `number`, where it is filtered: `kW`. */
  readonly unit?: string;
  /** Of a `time`, whose clock its text shows; days of a filter begin by the same. Without it, the zone of the table. */
  readonly zone?: (row: Row) => string;
  /** Numbers stand at the end of their cell where nothing else is said. */
  readonly align?: 'start' | 'end';
  /** Shows the cell as a mark with a colour and a sign. */
  readonly tone?: (row: Row) => Tone | undefined;
  /** Address of a page below this entry, or of another site when it begins with `https://`. */
  readonly link?: (row: Row) => string | undefined;
  /** Exported and filtered, not shown: what is too much for the eye. */
  readonly isHidden?: boolean;
  /** Most columns can be filtered. */
  readonly isFiltered?: boolean;
}

/** What people read in a cell; `–` where nothing is known. */
export function textOf<Row>(column: Column<Row>, row: Row): string {
  if (column.text !== undefined) return column.text(row);
  const value = column.value(row);
  return value === null || value === '' ? '–' : String(value);
}

/** @returns 'end' for numbers, so that their digits stand below each other */
export const alignOf = <Row>({ align, kind }: Column<Row>) => align ?? (kind === 'number' ? 'end' : 'start');
