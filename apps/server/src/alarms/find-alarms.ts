import type { GroupView, PartnerView } from '../grid/index.ts';
import type { Overview } from '../insight/index.ts';
import type { PartyOverview } from '../roles/scsp/index.ts';
import type { Drift } from '../station-profiles/index.ts';
import type { StoredEvent } from '../stations/event-log.ts';
import type { Found } from './alarm.ts';

/** What alarms are found in, as it is at one moment. */
export interface Sources {
  readonly nowMs: number;
  readonly overview: Overview;
  /** Whose each context is. */
  readonly peerOf: (contextId: string) => string;
  readonly stations: readonly {
    readonly stationId: string;
    readonly name: string;
    readonly isConnected: boolean;
    readonly disconnectedMs: number | null;
    readonly bootMs: number | null;
    readonly retiredMs: number | null;
  }[];
  readonly drifts: readonly Drift[];
  /** Newest first. */
  readonly events: readonly StoredEvent[];
  readonly parties: readonly PartyOverview[];
  readonly partners: readonly PartnerView[];
  readonly groups: readonly GroupView[];
  readonly ownPeer: string;
}

/** Lines break for seconds every day; that needs nobody. */
const OFFLINE_MS = 5 * 60_000;
/** Less is rounding of a schedule. */
const DRIFT_W = 200;
/** A car that drew too much and was not heard of since. */
const OVERDRAW_MS = 15 * 60_000;

/** Everything that needs a person now. */
export function findAlarms(from: Sources): Found[] {
  return [
    ...ofSites(from),
    ...ofStations(from),
    ...overdraws(from),
    ...ofPeers(from),
    ...ofGridOperators(from),
  ];
}

const OF_SITES = {
  evse_faulted: { code: 'evse-faulted', severity: 'high' },
  over_limit: { code: 'over-limit', severity: 'high' },
  shortfall: { code: 'shortfall', severity: 'low' },
  silent: { code: 'site-silent', severity: 'high' },
  inputs: { code: 'inputs-missing', severity: 'low' },
} as const;

function ofSites({ overview, peerOf }: Sources): Found[] {
  return overview.sites.flatMap((site) =>
    site.alerts.map((alert): Found => {
      const { code, severity } = OF_SITES[alert.code];
      return {
        code,
        severity,
        peerId: peerOf(site.contextId),
        about: site.contextId,
        subject: site.name,
        contextId: site.contextId,
        ...(alert.detail === null ? {} : { detail: alert.detail }),
        ...(alert.code === 'silent' && site.lastMessageMs !== null ? { sinceMs: site.lastMessageMs } : {}),
      };
    }),
  );
}

function ofStations({ stations, drifts, nowMs, ownPeer }: Sources): Found[] {
  const alive = stations.filter(({ retiredMs }) => retiredMs === null);
  const offline = alive
    // Who never came is waited for, not missed.
    .filter(({ isConnected, bootMs }) => !isConnected && bootMs !== null)
    .filter(({ disconnectedMs, bootMs }) => nowMs - (disconnectedMs ?? bootMs ?? nowMs) >= OFFLINE_MS)
    .map(
      ({ stationId, name, disconnectedMs }): Found => ({
        code: 'station-offline',
        severity: 'high',
        peerId: ownPeer,
        about: stationId,
        subject: name || stationId,
        stationId,
        ...(disconnectedMs === null ? {} : { sinceMs: disconnectedMs }),
      }),
    );
  const known = new Set(alive.map(({ stationId }) => stationId));
  const drifting = drifts
    .filter(({ stationId, largestW }) => known.has(stationId) && Math.abs(largestW) >= DRIFT_W)
    .map(
      ({ stationId, evseId, largestW, readMs }): Found => ({
        code: 'drift',
        // Only more than we think can break a limit.
        severity: largestW > 0 ? 'high' : 'low',
        peerId: ownPeer,
        about: `${stationId}/${evseId}`,
        subject: `${stationId} EVSE ${evseId}`,
        stationId,
        detail: `The station's own schedule allows ${Math.abs(Math.round(largestW))} W ${largestW > 0 ? 'more' : 'less'} than was planned.`,
        sinceMs: readMs,
      }),
    );
  return [...offline, ...drifting];
}

/** The last word on a station counts: over, or still drawing. */
function overdraws({ events, nowMs, ownPeer }: Sources): Found[] {
  const last = new Map<string, StoredEvent>();
  for (const event of events) {
    if (event.stationId === null || !event.code.startsWith('overdraw')) continue;
    if (!last.has(event.stationId)) last.set(event.stationId, event);
  }
  return [...last.values()]
    .filter(({ level, atMs }) => level === 'alarm' && nowMs - atMs < OVERDRAW_MS)
    .map(
      ({ stationId, text, atMs }): Found => ({
        code: 'overdraw',
        severity: 'high',
        peerId: ownPeer,
        about: stationId ?? '',
        subject: stationId ?? '',
        ...(stationId === null ? {} : { stationId }),
        detail: text,
        sinceMs: atMs,
      }),
    );
}

function ofPeers({ parties }: Sources): Found[] {
  return parties
    .filter(({ health }) => health === 'down')
    .map(
      ({ peerId, name, lastError, downSinceMs }): Found => ({
        code: 'peer-failing',
        severity: 'high',
        peerId,
        about: peerId,
        subject: name,
        ...(lastError === null ? {} : { detail: lastError }),
        ...(downSinceMs === null ? {} : { sinceMs: downSinceMs }),
      }),
    );
}

function ofGridOperators({ partners, groups, ownPeer }: Sources): Found[] {
  return partners
    .filter(({ state }) => state === 'offline')
    .map((partner): Found => {
      const fallen = groups.filter(({ partnerId }) => partnerId === partner.id).length;
      return {
        code: 'grid-silent',
        severity: 'high',
        peerId: ownPeer,
        about: partner.id,
        subject: partner.name,
        detail: `Its fallback holds for ${fallen} group${fallen === 1 ? '' : 's'} of connections.`,
        ...(partner.offlineSinceMs === undefined ? {} : { sinceMs: partner.offlineSinceMs }),
      };
    });
}
