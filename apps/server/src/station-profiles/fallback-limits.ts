/**
 * What a supply point leaves to its EVSEs without a plan. When a limit changes every station of the site asks, when a fleet returns every
 * station of all sites: one read serves all that ask while it waits its turn.
 */
import { maxPowerOf, type Network, type Placed, phasesOf } from '../network/index.ts';
import type { ContextState, Sites } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';
import { type FallbackEvse, fallbackShares } from './fallback-share.ts';

export interface FallbackLimits {
  /** Limit of the supply point, W, infinite without one, and the share of every EVSE by its name. */
  at(place: Placed): Promise<SiteLimits>;
}

export interface SiteLimits {
  readonly siteW: number;
  readonly shares: ReadonlyMap<string, number>;
}

interface Read extends SiteLimits {
  /** Names of the EVSEs behind the supply point; undefined without one. */
  readonly behind: ReadonlySet<string> | undefined;
}

export interface FallbackLimitsOptions {
  readonly network: Pick<Network, 'evses' | 'owner'>;
  readonly sites: Pick<Sites, 'context' | 'contexts' | 'series'>;
  readonly clock: Clock;
  /** Told with every read when the limit of a supply point will move by itself: a cut begins or ends. */
  readonly moves?: (contextId: string, atMs: number) => void;
}

const DAY_MS = 24 * 3_600_000;

export function createFallbackLimits({
  network,
  sites,
  clock,
  moves,
}: FallbackLimitsOptions): FallbackLimits {
  /** Supply points by EVSE, as they were found last; looked at again before they are believed. */
  const found = new Map<string, string>();

  const findAll = shared(async () => {
    const own = (await sites.contexts()).filter(({ peerId }) => peerId === network.owner.peerId);
    found.clear();
    for (const context of own.reverse()) {
      for (const evse of context.statics.evses) found.set(nameOf(evse), context.id);
    }
  });

  async function limitsAt(contextId: string | undefined, locationId: string): Promise<Read | undefined> {
    const members = network.evses(locationId);
    const context = contextId === undefined ? undefined : await sites.context(contextId);
    if (contextId !== undefined && context === undefined) return undefined;
    const behind = context && new Set(context.statics.evses.map(nameOf));
    const nowMs = clock.now();
    const series = context && (await sites.series(context.id, nowMs - DAY_MS, nowMs + DAY_MS));
    const siteW = limitOf(context, series?.cap ?? [], nowMs);
    const moveMs = nextMoveMs(series?.cap ?? [], nowMs);
    if (context !== undefined && moveMs !== undefined) moves?.(context.id, moveMs);
    if (!Number.isFinite(siteW)) {
      return { siteW, behind, shares: new Map(members.map((place) => [nameOf(place), mostOf(place)])) };
    }
    const baseW = Math.max(0, ...(series?.demand ?? []).map(({ value }) => value));
    const evses = members.map(
      (place): FallbackEvse => ({ key: nameOf(place), maxW: mostOf(place), leastW: leastOf(place) }),
    );
    return { siteW, behind, shares: fallbackShares(evses, siteW - baseW) };
  }

  const reads = new Map<string, () => Promise<Read | undefined>>();
  function read(contextId: string | undefined, locationId: string): Promise<Read | undefined> {
    const name = `${contextId ?? ''} ${locationId}`;
    const known = reads.get(name) ?? shared(() => limitsAt(contextId, locationId));
    reads.set(name, known);
    return known();
  }

  return {
    async at(place) {
      const known = found.get(nameOf(place));
      const limits = known === undefined ? undefined : await read(known, place.locationId);
      if (limits?.behind?.has(nameOf(place))) return limits;
      await findAll();
      const again = await read(found.get(nameOf(place)), place.locationId);
      return again ?? { siteW: Number.POSITIVE_INFINITY, shares: new Map([[nameOf(place), mostOf(place)]]) };
    },
  };
}

type Cap = { readonly startMs: number; readonly durationMs: number; readonly value: number };

function nextMoveMs(
  caps: readonly (Cap & { readonly validUntilMs?: number | undefined })[],
  nowMs: number,
): number | undefined {
  const borders = caps.flatMap(({ startMs, durationMs, validUntilMs = Number.POSITIVE_INFINITY }) => [
    startMs,
    Math.min(startMs + durationMs, validUntilMs),
  ]);
  const next = Math.min(...borders.filter((ms) => ms > nowMs));
  return Number.isFinite(next) ? next : undefined;
}

function limitOf(
  context: ContextState | undefined,
  caps: readonly (Cap & { readonly validUntilMs?: number | undefined })[],
  nowMs: number,
): number {
  const { maxImportW, capW } = context?.statics ?? {};
  const now = caps.filter(
    (slot) =>
      slot.startMs + slot.durationMs > nowMs &&
      (slot.validUntilMs ?? Infinity) > nowMs &&
      slot.startMs <= nowMs,
  );
  return Math.min(maxImportW ?? Infinity, capW ?? Infinity, ...now.map(({ value }) => value));
}

/** Who asks while a read is under way gets the next one: what it knows of may have come too late for this one. */
function shared<T>(load: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const read = load();
      running = read.catch(() => {});
      return read;
    });
    return next;
  };
}

export const nameOf = ({ locationId, evseUid }: Pick<Placed, 'locationId' | 'evseUid'>): string =>
  `${locationId}/${evseUid}`;
export const mostOf = (place: Placed): number => Math.max(0, ...place.connectors.map(maxPowerOf));
export const phasesAt = (place: Placed): 1 | 2 | 3 => {
  const connector = place.connectors[0];
  return connector === undefined ? 3 : phasesOf(connector);
};
export const voltageOf = (place: Placed): number =>
  place.connectors[0]?.powerType === 'DC' ? 230 : (place.connectors[0]?.maxVoltageV ?? 230);
export const leastOf = (place: Placed): number =>
  place.connectors[0]?.powerType === 'DC' ? 0 : 6 * voltageOf(place) * phasesAt(place);
