import type { Component } from 'svelte';
import type { Word } from '../words/words.svelte.ts';
import OverviewPage from './OverviewPage.svelte';

/** What a page is told: the parts of its address, by the names of its pattern. */
export type PageParts = Readonly<Record<string, string>>;
type Load = () => Promise<{ default: Component<never> }>;

export interface Page {
  /** Address below `/operator`; `:name` stands for one part, which the page gets as a property of that name. */
  pattern: string;
  /** Loaded when it is opened, so that the first paint does not wait for it. */
  load: Load;
  /** Its name in the menu; a page without one is reached from another. */
  name?: Word;
  /** Menu group it stands in; without one it stands beside the groups. */
  group?: Word;
}

/** Every page of the operator site, in the order of the menu. */
export const PAGES: readonly Page[] = [
  { pattern: '/', load: async () => ({ default: OverviewPage }), name: 'nav.sites' },
  { pattern: '/sites/:contextId', load: () => import('./SitePage.svelte') },
  {
    pattern: '/contexts',
    load: () => import('./contexts/ContextsPage.svelte'),
    name: 'contexts.title',
    group: 'menu.planning',
  },
  { pattern: '/contexts/new', load: () => import('./contexts/NewContextPage.svelte') },
  { pattern: '/contexts/:contextId', load: () => import('./contexts/ContextPage.svelte') },
  { pattern: '/contexts/:contextId/edit', load: () => import('./contexts/EditContextPage.svelte') },
  { pattern: '/contexts/:contextId/inputs', load: () => import('./contexts/InputsPage.svelte') },
  { pattern: '/live/:peerId/:sessionId', load: () => import('./contexts/LiveSessionPage.svelte') },
  {
    pattern: '/grid',
    load: () => import('./grid/GridPage.svelte'),
    name: 'grid.title',
    group: 'menu.planning',
  },
  {
    pattern: '/alarms',
    load: () => import('./alarms/AlarmsPage.svelte'),
    name: 'alarms.title',
    group: 'menu.planning',
  },
  {
    pattern: '/stations',
    load: () => import('./stations/StationsPage.svelte'),
    name: 'stations.title',
    group: 'menu.network',
  },
  {
    pattern: '/waiting-calls',
    load: () => import('./waiting-calls/WaitingCallsPage.svelte'),
    name: 'stations.waiting.title',
    group: 'menu.network',
  },
  { pattern: '/stations/:stationId', load: () => import('./stations/StationPage.svelte') },
  { pattern: '/stations/:stationId/place', load: () => import('./stations/PlacePage.svelte') },
  { pattern: '/stations/:stationId/commands', load: () => import('./stations/CommandsPage.svelte') },
  { pattern: '/stations/:stationId/profiles', load: () => import('./stations/ProfilesPage.svelte') },
  { pattern: '/stations/:stationId/log', load: () => import('./stations/LogPage.svelte') },
  { pattern: '/stations/:stationId/settings', load: () => import('./stations/SettingsPage.svelte') },
  { pattern: '/stations/:stationId/upkeep', load: () => import('./stations/UpkeepPage.svelte') },
  {
    pattern: '/sessions',
    load: () => import('./registers/sessions/SessionsPage.svelte'),
    name: 'registers.sessions.title',
    group: 'menu.money',
  },
  {
    pattern: '/bookings',
    load: () => import('./registers/bookings/BookingsPage.svelte'),
    name: 'registers.bookings.title',
    group: 'menu.money',
  },
  {
    pattern: '/cdrs',
    load: () => import('./registers/cdrs/CdrsPage.svelte'),
    name: 'registers.cdrs.title',
    group: 'menu.money',
  },
  { pattern: '/cdrs/:cdrId', load: () => import('./registers/cdrs/CdrPage.svelte') },
  {
    pattern: '/tariffs',
    load: () => import('./registers/tariffs/TariffsPage.svelte'),
    name: 'registers.tariffs.title',
    group: 'menu.money',
  },
  {
    pattern: '/tokens',
    load: () => import('./registers/tokens/TokensPage.svelte'),
    name: 'registers.tokens.title',
    group: 'menu.money',
  },
  {
    pattern: '/partners',
    load: () => import('./registers/partners/PartnersPage.svelte'),
    name: 'registers.partners.title',
    group: 'menu.money',
  },
  {
    pattern: '/staff',
    load: () => import('./registers/staff/StaffPage.svelte'),
    name: 'registers.staff.title',
    group: 'menu.people',
  },
  {
    pattern: '/keys',
    load: () => import('./registers/keys/KeysPage.svelte'),
    name: 'registers.keys.title',
    group: 'menu.people',
  },
  {
    pattern: '/trail',
    load: () => import('./registers/trail/TrailPage.svelte'),
    name: 'registers.trail.title',
    group: 'menu.people',
  },
  {
    pattern: '/account',
    load: () => import('./registers/account/AccountPage.svelte'),
    name: 'registers.account.title',
    group: 'menu.people',
  },
  {
    pattern: '/assessment',
    load: () => import('../components/AssessmentPage.svelte'),
    name: 'city.opinion',
    group: 'menu.people',
  },
];

/** The page of an address, and the parts of it. */
export function pageAt(
  path: string,
  pages: readonly Page[] = PAGES,
): { page: Page; parts: PageParts } | undefined {
  const said = path.split('/');
  for (const page of pages) {
    const wanted = page.pattern.split('/');
    if (wanted.length !== said.length) continue;
    const parts: Record<string, string> = {};
    const isIt = wanted.every((part, i) => {
      if (!part.startsWith(':')) return part === said[i];
      parts[part.slice(1)] = decodeURIComponent(said[i] ?? '');
      return said[i] !== '';
    });
    if (isIt) return { page, parts };
  }
  return undefined;
}
