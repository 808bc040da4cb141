import type { Browser, Page } from 'playwright-core';
import { signedIn } from '../../../server/src/main/testing/signed-in.ts';
import type { SimulatedSite } from '../../../server/src/main/testing/simulated-site.ts';
import { allRead, look } from '../browser.ts';
import { atCarPark, NOW_HOUR, T0 } from '../car-park.ts';
import { type Camera, type Shot, viewport } from './camera.ts';
import { otherSites } from './other-sites.ts';

const NOW_MS = T0 + NOW_HOUR * 3_600_000;

const SIGN_IN: Shot = {
  name: 'sign-in',
  title: 'Operator: signing in',
  says: 'A password and a second factor, always.',
};

/** Pages below `/operator`; `at` is the address, with the site’s context where it needs one. */
const PAGES: readonly (Shot & { readonly at: (contextId: string) => string })[] = [
  {
    at: () => '',
    name: 'overview',
    title: 'Operator: sites',
    says: 'Every site with its state, its power against its limit, what it cost and saved today, and what is wrong.',
  },
  {
    at: (contextId) => `/sites/${contextId}`,
    name: 'site',
    title: 'Operator: plan against reality',
    says: 'Limit, base load, generation, the plan stacked by charging point, what the meters said, and the price; below, why each car gets what it gets.',
    dark: 'desktop',
  },
  {
    at: (contextId) => `/contexts/${contextId}`,
    name: 'context',
    title: 'Operator: an optimisation context',
    says: 'Limits, bands of the day, costs and charging points, with every version of before.',
  },
  {
    at: (contextId) => `/contexts/${contextId}/inputs`,
    name: 'inputs',
    title: 'Operator: dynamic inputs',
    says: 'What the plan knows: values with their age and source, files, values by hand that end by themselves.',
  },
  {
    at: () => '/grid',
    name: 'grid',
    title: 'Operator: grid signals',
    says: 'What the grid operator asks, what is in force and why.',
  },
  {
    at: () => '/alarms',
    name: 'alarms',
    title: 'Operator: alarms',
    says: 'What is wrong, since when, and what to do.',
  },
  {
    at: () => '/stations',
    name: 'stations',
    title: 'Operator: charging stations',
    says: 'Connection, version, model, readiness; calls to many at once.',
  },
  {
    at: () => '/stations/P1',
    name: 'station',
    title: 'Operator: one charging station',
    says: 'Its sockets live, and everything that can be asked of it.',
  },
  {
    at: () => '/stations/P1/profiles',
    name: 'profiles',
    title: 'Operator: charging profiles',
    says: 'The plan as the station holds it, read back, and profiles by hand.',
  },
  {
    at: () => '/stations/P1/commands',
    name: 'commands',
    title: 'Operator: commands',
    says: 'Every message of the station’s OCPP version, by a form made from its schema.',
  },
  {
    at: () => '/stations/P1/log',
    name: 'log',
    title: 'Operator: message log',
    says: 'What station and back office said to each other.',
  },
  {
    at: () => '/sessions',
    name: 'sessions',
    title: 'Operator: sessions',
    says: 'What runs and what ended; the export holds what is filtered.',
  },
  {
    at: () => '/tariffs',
    name: 'tariffs',
    title: 'Operator: tariffs',
    says: 'One person drafts, another approves.',
  },
  {
    at: () => '/partners',
    name: 'partners',
    title: 'Operator: partners',
    says: 'OCPI parties, their handshake and health.',
  },
  {
    at: () => '/trail',
    name: 'trail',
    title: 'Operator: audit trail',
    says: 'Who did what, when, in a chain that can be checked.',
  },
];

/** A car park at two in the afternoon of a sunny Monday, as its energy manager sees it. */
export function operatorScreens(browser: Browser, camera: Camera): Promise<void> {
  return atCarPark(async (carPark) => {
    const { server } = carPark;
    const contextId = encodeURIComponent(await carPark.contextId());
    await otherSites(server);
    await tariffs(carPark);
    const { cookie } = await signedIn(server, 'admin', NOW_MS, 'manager@example.org');
    const { page, close } = await look(browser, { viewport: viewport('desktop') });
    await page.clock.setFixedTime(NOW_MS);
    await page.goto(`${server.url}/operator/sign-in`);
    await page.getByLabel('Password').waitFor();
    await camera.take(page, SIGN_IN);
    const [name = '', value = ''] = cookie.split('=');
    await page.context().addCookies([{ name, value, url: server.url }]);
    await page.evaluate("localStorage.setItem('smac-signed-in', 'yes')");
    for (const { at, ...shot } of PAGES) {
      await page.goto(`${server.url}/operator${at(contextId)}`);
      await read(page);
      await camera.take(page, shot);
    }
    await close();
  }, 0);
}

async function read(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await allRead(page);
}

/** One tariff in force and one that waits for a second person. */
async function tariffs({ server }: SimulatedSite): Promise<void> {
  const { tariffs } = server.backOffice.billing;
  const tariff = (id: string, price: number) => ({
    id,
    currency: 'EUR',
    type: 'REGULAR' as const,
    tax_included: 'NO' as const,
    elements: [{ price_components: [{ type: 'ENERGY' as const, price, vat: 25.5, step_size: 1 }] }],
  });
  for (const [id, price] of [
    ['day', 0.32],
    ['night', 0.24],
  ] as const) {
    const drafted = await tariffs.draft(tariff(id, price), [{}], 'staff:one');
    if (!drafted.ok) throw new Error(JSON.stringify(drafted));
  }
  const approved = await tariffs.approve('day', 1, undefined, 'staff:two');
  if (!approved.ok) throw new Error(JSON.stringify(approved));
}
