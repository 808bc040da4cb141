import { inputsToMend, type Planning, type SessionPicture } from '../planning/index.ts';
import type { ContextState, Sites } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';
import { type Position, placeOf } from './place.ts';
import { createTodays, type Today } from './today.ts';

/** What a site is doing, worst first. */
export const SITE_STATES = ['faulted', 'silent', 'charging', 'occupied', 'free'] as const;
export type SiteState = (typeof SITE_STATES)[number];

export const ALERT_CODES = ['evse_faulted', 'over_limit', 'shortfall', 'silent', 'inputs'] as const;
export interface Alert {
  readonly code: (typeof ALERT_CODES)[number];
  /** EVSEs, cars or inputs it is about. */
  readonly count: number;
  /** More words, where there are any, in English. */
  readonly detail: string | null;
}

/** One line of the overview; powers in W. */
export interface SiteLine {
  readonly contextId: string;
  readonly objectId: string;
  readonly peerId: string;
  readonly party: string;
  readonly name: string;
  readonly city: string | null;
  readonly position: Position | null;
  readonly timeZone: string;
  readonly currency: string;
  readonly shadow: boolean;
  readonly state: SiteState;
  readonly evses: number;
  readonly sessions: number;
  readonly charging: number;
  readonly evPowerW: number;
  /** Cars measured, base load and generation as forecast; null where neither is known. */
  readonly netPowerW: number | null;
  readonly limitW: number | null;
  readonly lastMessageMs: number | null;
  readonly today: Today;
  readonly alerts: readonly Alert[];
}

export interface Overview {
  readonly nowMs: number;
  readonly sites: readonly SiteLine[];
}

export interface OverviewSources {
  readonly sites: Pick<Sites, 'contexts' | 'getLocation'>;
  readonly planning: Pick<Planning, 'picture' | 'savings'>;
  readonly clock: Pick<Clock, 'now'>;
  /** When anything of the context's stations or platform was last heard. */
  readonly lastMessageMs: (context: ContextState) => Promise<number | null>;
}

/** Stations and platforms say something at least this often. */
const SILENT_MS = 30 * 60_000;
const LEAST_CHARGING_W = 100;
const LEAST_TOLD_WH = 100;
/** Two readers within this share one picture, ms. */
const FRESH_MS = 1_000;

export function createOverview(sources: OverviewSources): () => Promise<Overview> {
  const { sites, planning, clock } = sources;
  const todayOf = createTodays(planning, clock);
  let reading: Promise<Overview> | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;

  async function lineOf(context: ContextState, nowMs: number): Promise<SiteLine> {
    const [place, { points, sessions, record: plan }, lastMessageMs] = await Promise.all([
      placeOf(sites, context),
      planning.picture(context.id, nowMs, nowMs + 1),
      sources.lastMessageMs(context),
    ]);
    const [now] = points;
    const evPowerW = sessions.reduce((sum, { actualW }) => sum + (actualW ?? 0), 0);
    const netPowerW = evPowerW + (now?.baseW ?? 0);
    const limitW = now?.limitW ?? context.statics.maxImportW ?? null;
    const faulted = place.evses.filter(({ status }) => status === 'OUTOFORDER' || status === 'INOPERATIVE');
    const isSilent =
      lastMessageMs === null
        ? place.evses.every(({ status }) => status === 'UNKNOWN')
        : nowMs - lastMessageMs > SILENT_MS;
    const charging = sessions.filter(({ actualW }) => Math.abs(actualW ?? 0) >= LEAST_CHARGING_W).length;
    const alerts: Alert[] = [];
    if (faulted.length > 0)
      alerts.push({
        code: 'evse_faulted',
        count: faulted.length,
        detail: faulted.map(({ label }) => label).join(', '),
      });
    if (limitW !== null && netPowerW > limitW * 1.01)
      alerts.push({ code: 'over_limit', count: 1, detail: null });
    const short = sessions.filter(({ shortfallWh }) => shortfallWh >= LEAST_TOLD_WH);
    if (short.length > 0) alerts.push({ code: 'shortfall', count: short.length, detail: shortWords(short) });
    if (isSilent) alerts.push({ code: 'silent', count: 1, detail: null });
    const toMend = inputsToMend(plan?.degraded ?? []);
    if (toMend.length > 0)
      alerts.push({
        code: 'inputs',
        count: toMend.length,
        detail: toMend.map(({ detail }) => detail).join(' '),
      });
    return {
      contextId: context.id,
      objectId: context.objectId,
      peerId: context.peerId,
      party: context.party,
      name: place.name,
      city: place.city,
      position: place.position,
      timeZone: place.timeZone,
      currency: context.statics.currency,
      shadow: context.shadow,
      state: stateOf(faulted.length > 0, isSilent, charging, sessions.length),
      evses: place.evses.length,
      sessions: sessions.length,
      charging,
      evPowerW,
      netPowerW,
      limitW,
      lastMessageMs,
      today: await todayOf(context.id, place.timeZone),
      alerts,
    };
  }

  async function picture(): Promise<Overview> {
    const nowMs = clock.now();
    const lines: SiteLine[] = [];
    for (const context of await sites.contexts()) lines.push(await lineOf(context, nowMs));
    return { nowMs, sites: lines };
  }

  return () => {
    if (reading === undefined || clock.now() - readAtMs >= FRESH_MS) {
      readAtMs = clock.now();
      reading = picture();
      reading.catch(() => {
        reading = undefined;
      });
    }
    return reading;
  };
}

function stateOf(isFaulted: boolean, isSilent: boolean, charging: number, sessions: number): SiteState {
  if (isFaulted) return 'faulted';
  if (isSilent) return 'silent';
  if (charging > 0) return 'charging';
  return sessions > 0 ? 'occupied' : 'free';
}

function shortWords(short: readonly SessionPicture[]): string {
  const kwh = (wh: number) => `${(wh / 1000).toFixed(1)} kWh`;
  return short.map(({ evseUid, shortfallWh }) => `${evseUid}: ${kwh(shortfallWh)}`).join(', ');
}
