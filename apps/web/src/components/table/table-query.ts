import type { Column } from './column.ts';

/** What a table shows of its rows, in words of the address: one object per link and per saved view. */
export interface TableQuery {
  /** Part of any cell. */
  readonly text: string;
  /** By column: part of a text; `a,b` picked values; `5..10` or `2026-06-01..` of numbers and days, both ends in. */
  readonly filters: Readonly<Record<string, string>>;
  /** Key of the column, with `-` in front for the largest first; '' is the order the rows came in. */
  readonly sort: string;
  /** From 1. */
  readonly page: number;
}

export const NO_QUERY: TableQuery = { text: '', filters: {}, sort: '', page: 1 };

/** Names in the address; a page with two tables gives each a name. */
const names = (table: string) => {
  const before = table === '' ? '' : `${table}.`;
  return { text: `${before}q`, sort: `${before}sort`, page: `${before}page`, filter: `${before}f.` };
};

/** What the address says about one table. Columns that are not there (an old link) are left out. */
export function tableQueryOf(
  address: URLSearchParams,
  columns: readonly Column<never>[],
  table = '',
): TableQuery {
  const name = names(table);
  const keys = new Set(columns.map(({ key }) => key));
  const filters: Record<string, string> = {};
  for (const [said, value] of address) {
    const key = said.startsWith(name.filter) ? said.slice(name.filter.length) : undefined;
    if (key !== undefined && keys.has(key) && value !== '') filters[key] = value;
  }
  const sort = address.get(name.sort) ?? '';
  const page = Number(address.get(name.page) ?? 1);
  return {
    text: address.get(name.text) ?? '',
    filters,
    sort: keys.has(sort.replace(/^-/, '')) ? sort : '',
    page: Number.isInteger(page) && page >= 1 ? page : 1,
  };
}

/** The changes of the address that lead from `before` to `after`, for `setQuery`. */
export function addressChanges(before: TableQuery, after: TableQuery, table = ''): Record<string, string> {
  const name = names(table);
  const changes: Record<string, string> = {
    [name.text]: after.text,
    [name.sort]: after.sort,
    [name.page]: after.page === 1 ? '' : String(after.page),
  };
  for (const key of Object.keys({ ...before.filters, ...after.filters }))
    changes[`${name.filter}${key}`] = after.filters[key] ?? '';
  return changes;
}

/** Ends of a range `from..to`; '' is open. */
export function rangeOf(filter: string): { readonly from: string; readonly to: string } {
  const [from = '', to = ''] = filter.split('..');
  return { from: from.trim(), to: to.trim() };
}

/** @returns '' when both ends are open */
export const rangeText = (from: string, to: string) => (from === '' && to === '' ? '' : `${from}..${to}`);

/** Values picked of a `choice`; commas inside a value are written as `%2C`. */
export const pickedOf = (filter: string) =>
  filter === '' ? [] : filter.split(',').map((one) => one.replaceAll('%2C', ',').replaceAll('%25', '%'));
export const pickedText = (values: readonly string[]) =>
  values.map((one) => one.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');

/** Off, smallest first, largest first, off: what a click on a heading does. */
export function nextSort(sort: string, key: string): string {
  if (sort === key) return `-${key}`;
  return sort === `-${key}` ? '' : key;
}
