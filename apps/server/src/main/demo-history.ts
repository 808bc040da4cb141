/** A week that is over, for the demo: sessions, meters, prices and loads of the days before it began, put into the database. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Session } from '@smac/ocpi';
import type { Series } from '@smac/simulator';
import { type PastStay, pastOf, type SiteWorld, type World } from '@smac/simulator/scenario';
import { learnStay } from '../planning/index.ts';
import { NO_PREFERENCES, type SeriesKind } from '../sites/index.ts';
import { contextOf } from './closed-loop/provision.ts';
import type { Surroundings } from './compose.ts';
import type { RunningServer } from './start-server.ts';

/** Between two sessions the loop has the machine to itself, ms. */
const BREATH_MS = 20;

const DAY_MS = 86_400_000;
/** Nothing is told further ahead. */
const AHEAD_MS = 7 * DAY_MS;

type Log = Pick<Surroundings['log'], 'info' | 'error'>;

/** History must not delay what is alive: it waits for a plan. */
export function loadAfterFirstPlan(
  { planning, activity }: Pick<RunningServer, 'planning' | 'activity'>,
  load: () => Promise<void>,
  log: Log,
): void {
  const stop = planning.onPlan(() => {
    stop();
    void activity
      .track(load)
      .catch((error: unknown) => log.error({ detail: String(error) }, 'The week before was not loaded'));
  });
}

export async function loadHistory(
  server: Pick<RunningServer, 'sites' | 'store' | 'backOffice'>,
  world: World,
  { clock, log }: Pick<Surroundings, 'clock' | 'log'>,
): Promise<void> {
  const untilMs = clock.now();
  let sessions = 0;
  for (const site of world.sites) {
    const contextId = await contextOf(server, site.site.id);
    await tellSeries(server, site, contextId, world.startMs, untilMs);
    for (const past of pastOf(site, untilMs)) {
      await insert(server, site, contextId, past);
      sessions += 1;
      await pause(BREATH_MS);
    }
  }
  log.info({ sessions }, `The week before is loaded: ${sessions} simulated sessions with their meters`);
}

/** What was before `toMs`, together with what is known ahead: a list replaces all that lies ahead (X41), and the demo tells prices once. */
export async function tellSeries(
  { sites }: Pick<RunningServer, 'sites'>,
  { importPrice, baseW, pvW }: Pick<SiteWorld, 'importPrice' | 'baseW' | 'pvW'>,
  contextId: string,
  fromMs: number,
  toMs: number,
): Promise<void> {
  const kinds: readonly (readonly [SeriesKind, Series | undefined])[] = [
    ['price', importPrice],
    ['demand', baseW],
    ['generation', pvW],
  ];
  const ahead = await sites.series(contextId, toMs - DAY_MS, toMs + AHEAD_MS);
  for (const [kind, series] of kinds) {
    if (series === undefined) continue;
    const { startMs, stepMs } = series;
    const known = ahead[kind].filter((slot) => slot.startMs + slot.durationMs > toMs);
    const past = series.values
      .map((value, n) => ({ startMs: startMs + n * stepMs, durationMs: stepMs, value }))
      .filter((slot) => slot.startMs >= fromMs && slot.startMs + stepMs <= toMs);
    const slots = [
      ...past,
      ...known.map(({ startMs: from, durationMs, value }) => ({ startMs: from, durationMs, value })),
    ];
    const put = await sites.putSeries(contextId, kind, slots, { source: 'energy manager' });
    if (!put.ok) throw new Error(`${kind}: ${put.detail}`);
  }
}

async function insert(
  { sites, store, backOffice }: Pick<RunningServer, 'sites' | 'store' | 'backOffice'>,
  { site }: SiteWorld,
  contextId: string,
  { stay, readings }: PastStay,
): Promise<void> {
  const { owner } = backOffice.network;
  const id = `past-${stay.id}`;
  const iso = (ms: number) => new Date(ms).toISOString();
  const energyWh = readings.at(-1)?.energyWh ?? 0;
  const session: Session = {
    country_code: owner.party.countryCode,
    party_id: owner.party.partyId,
    id,
    start_date_time: iso(stay.plugInMs),
    end_date_time: iso(stay.unplugMs),
    kwh: energyWh / 1000,
    cdr_token: {
      country_code: owner.party.countryCode,
      party_id: owner.party.partyId,
      uid: stay.idToken,
      type: 'RFID',
      contract_id: stay.idToken,
    },
    auth_method: 'WHITELIST',
    location_id: site.id,
    evse_uid: stay.plug.uid,
    connector_id: '1',
    currency: site.currency,
    status: 'COMPLETED',
    last_updated: iso(stay.unplugMs),
  };
  const put = await sites.putSession(owner, session);
  if (!put.ok) throw new Error(`${id}: ${put.detail}`);
  await store.db
    .insertInto('session_reading')
    .values(
      readings.map(({ atMs, energyWh: wh }) => ({
        peer_id: owner.peerId,
        session_key: id.toLowerCase(),
        context_id: contextId,
        at_ms: atMs,
        energy_wh: wh,
        power_w: null,
      })),
    )
    .onConflict((conflict) => conflict.columns(['peer_id', 'session_key', 'at_ms']).doNothing())
    .execute();
  const learnt = {
    peerId: owner.peerId,
    party: `${owner.party.countryCode}-${owner.party.partyId}`,
    locationId: site.id,
    startMs: stay.plugInMs,
    endMs: stay.unplugMs,
    preferences:
      stay.said === undefined ? NO_PREFERENCES : { ...NO_PREFERENCES, departureMs: stay.said.departureMs },
  };
  await learnStay(store, learnt, stay.unplugMs, site.timeZone);
}
