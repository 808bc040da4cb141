import type { Answer } from '../api/client.ts';

export type Summary = Answer<'GET /api/city/summary'>;
export type Figures = Summary['figures'];
export type Feature = Answer<'GET /api/city/evses'>['features'][number];
export type HeatCell = Answer<'GET /api/city/heat'>['cells'][number];

export const METRICS = ['energy', 'sessions'] as const;
export type Metric = (typeof METRICS)[number];

/** What stands in the address is what the server is asked for. */
export interface CityFilter {
  readonly from?: string;
  readonly to?: string;
  readonly site?: string;
  readonly district?: string;
  readonly operator?: string;
  /** What the figures are compared with; the days right before where nothing stands. */
  readonly against?: 'year';
}

const isDay = (text: string | null) => text !== null && /^\d{4}-\d\d-\d\d$/.test(text);

export function filterOf(query: URLSearchParams): CityFilter {
  const days = (['from', 'to'] as const).filter((name) => isDay(query.get(name)));
  const places = (['site', 'district', 'operator'] as const).filter((name) => query.get(name));
  const chosen = Object.fromEntries([...days, ...places].map((name) => [name, query.get(name) ?? '']));
  return query.get('against') === 'year' ? { ...chosen, against: 'year' } : chosen;
}

export const metricOf = (query: URLSearchParams): Metric =>
  METRICS.find((metric) => metric === query.get('metric')) ?? 'energy';

/** Address of an export: the same filter, another form. */
export function exportPath(what: 'summary' | 'evses' | 'heat', filter: CityFilter, format?: 'csv'): string {
  const search = new URLSearchParams({ ...filter, ...(format === undefined ? {} : { format }) });
  return `/api/city/${what}${search.size === 0 ? '' : `?${search}`}`;
}

/** The report is of the month in which the period ends. */
export function reportPath(
  { from: _, to: __, against: ___, ...places }: CityFilter,
  lastDay: string,
): string {
  return `/api/city/report?${new URLSearchParams({ month: lastDay.slice(0, 7), ...places, format: 'csv' })}`;
}

/** Change against before, as a share; undefined where there is nothing to compare with. */
export function changeOf(
  now: number | null | undefined,
  before: number | null | undefined,
): number | undefined {
  if (now === null || now === undefined || before === null || before === undefined || before === 0)
    return undefined;
  return (now - before) / Math.abs(before);
}
