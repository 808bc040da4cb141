import type { Answer } from '../api/client.ts';

export type SiteLine = Answer<'GET /api/overview'>['sites'][number];
export const STATES = ['faulted', 'silent', 'charging', 'occupied', 'free'] as const;
export const ORDERS = ['state', 'name', 'power', 'load', 'saving'] as const;
export type Order = (typeof ORDERS)[number];

export interface Filter {
  /** Part of name, city, party or id. */
  readonly text: string;
  /** Empty: every state. */
  readonly states: readonly string[];
  readonly onlyAlerts: boolean;
  readonly order: Order;
  /** Whether the map stands above the list. */
  readonly onMap: boolean;
}

/** What the address says after `?`. */
export function filterOf(query: URLSearchParams): Filter {
  return {
    text: query.get('text') ?? '',
    states: (query.get('state') ?? '').split(',').filter((state) => STATES.some((one) => one === state)),
    onlyAlerts: query.get('alerts') === 'yes',
    order: ORDERS.find((order) => order === query.get('order')) ?? 'state',
    onMap: query.get('map') === 'yes',
  };
}

export function filtered(sites: readonly SiteLine[], filter: Filter): SiteLine[] {
  const text = filter.text.trim().toLocaleLowerCase();
  return sites
    .filter(
      (site) =>
        (filter.states.length === 0 || filter.states.includes(site.state)) &&
        (!filter.onlyAlerts || site.alerts.length > 0) &&
        `${site.name} ${site.city ?? ''} ${site.party} ${site.objectId}`.toLocaleLowerCase().includes(text),
    )
    .sort((a, b) => COMPARE[filter.order](a, b) || a.name.localeCompare(b.name));
}

const load = ({ netPowerW, limitW }: SiteLine) => (netPowerW ?? 0) / (limitW ?? Number.POSITIVE_INFINITY);

const COMPARE: Readonly<Record<Order, (a: SiteLine, b: SiteLine) => number>> = {
  // What needs somebody first; then where something happens.
  state: (a, b) =>
    Number(b.alerts.length > 0) - Number(a.alerts.length > 0) ||
    STATES.indexOf(a.state) - STATES.indexOf(b.state),
  name: (a, b) => a.name.localeCompare(b.name),
  power: (a, b) => (b.netPowerW ?? 0) - (a.netPowerW ?? 0),
  load: (a, b) => load(b) - load(a),
  saving: (a, b) => b.today.saving - a.today.saving,
};

/** Sums of what is shown, by currency. */
export function moneyByCurrency(
  sites: readonly SiteLine[],
  read: (site: SiteLine) => number,
): [string, number][] {
  const sums = new Map<string, number>();
  for (const site of sites) sums.set(site.currency, (sums.get(site.currency) ?? 0) + read(site));
  return [...sums];
}
