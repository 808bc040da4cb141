import { momentText } from '../../words/numbers.ts';

/** Moments of rows by the clock of their place; the zone has its name where rows lie in several. */
export function placeTimes<Row>(rows: readonly Row[] | undefined, zoneOf: (row: Row) => string) {
  const areSeveral = new Set((rows ?? []).map(zoneOf)).size > 1;
  return (language: string, row: Row, moment: string | null, nowMs: number): string => {
    if (moment === null) return '–';
    const zone = zoneOf(row);
    const text = momentText(language, moment, nowMs, zone);
    return areSeveral ? `${text} (${zone})` : text;
  };
}
