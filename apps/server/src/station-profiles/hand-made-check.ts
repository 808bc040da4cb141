/**
 * May a person give a station this profile? A hand-made profile is as free as OCPP lets it be, except that it never lifts what the
 * sessions of a supply point may draw together above its limit: hard limits are never traded (SMC_007), so there is no way to force it.
 */
import type { OcppVersion } from '@smac/ocpp';
import {
  type CompositeContext,
  compositeSchedule,
  constant,
  fromComposite,
  type InstalledProfile,
  limitAt,
  maximum,
  minimum,
  type StepFunction,
} from '@smac/ocpp/profiles';
import type { SessionDispatch } from '../dispatch/index.ts';
import { type Network, OWN_PEER, type Placed } from '../network/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Clock } from '../time/clock.ts';
import type { TransactionState, Transactions } from '../transactions/index.ts';
import { mostOf, phasesAt, voltageOf } from './fallback-limits.ts';

export interface HandMadeCheckOptions {
  readonly network: Pick<Network, 'evsesOf'>;
  readonly sites: Pick<Sites, 'session' | 'context' | 'series'>;
  readonly transactions: Pick<Transactions, 'list'>;
  readonly clock: Clock;
  /** What sessions may draw at most now, as dispatch counts it. */
  readonly counted: (contextId: string) => readonly SessionDispatch[];
}

export interface HandMadeCheck {
  /** Why a station may not hold `after` where it holds `before` now; undefined: it may. */
  refusal(
    stationId: string,
    version: OcppVersion,
    evseId: number,
    change: {
      readonly before: readonly InstalledProfile[];
      readonly after: readonly InstalledProfile[];
    },
  ): Promise<string | undefined>;
  /** What the EVSE lets a car draw at most while it holds these profiles, W, over the next day. */
  allowed(
    place: Placed,
    version: OcppVersion,
    transaction: TransactionState | undefined,
    installed: readonly InstalledProfile[],
  ): StepFunction;
}

const AHEAD_S = 24 * 3_600;
const QUARTER_MS = 15 * 60_000;
/** Limits are cut to tenths on their way: less is no difference, W. */
const NOISE_W = 1;

export function createHandMadeCheck(options: HandMadeCheckOptions): HandMadeCheck {
  const { network, sites, transactions, clock, counted } = options;

  const allowed: HandMadeCheck['allowed'] = (place, version, transaction, installed) => {
    const startMs = Math.ceil(clock.now() / 1000) * 1000;
    const endMs = startMs + AHEAD_S * 1000;
    const places = network.evsesOf(place.stationId);
    // Priority charging may be asked for at any time: a profile for it counts as if it were.
    const ways = [false, true].map((priority) => {
      const context = contextOf(place, places, version, transaction, priority, startMs);
      const composite = compositeSchedule(installed, context, startMs, AHEAD_S);
      return composite.ok ? fromComposite(composite.value) : constant(Infinity, startMs, endMs);
    });
    return minimum(maximum(...ways), constant(mostOf(place), startMs, endMs));
  };

  async function limitOf(contextId: string): Promise<{ limitW: number; baseW: number }> {
    const context = await sites.context(contextId);
    const nowMs = clock.now();
    const { cap, demand } = await sites.series(contextId, nowMs - AHEAD_S * 1000, nowMs + QUARTER_MS);
    const caps = cap
      .filter(
        ({ startMs, durationMs, validUntilMs = Infinity }) =>
          startMs <= nowMs && startMs + durationMs > nowMs && validUntilMs > nowMs,
      )
      .map(({ value }) => value);
    const { maxImportW = Infinity, capW = Infinity } = context?.statics ?? {};
    return {
      limitW: Math.min(maxImportW, capW, ...caps),
      baseW: Math.max(
        0,
        ...demand.filter(({ startMs, durationMs }) => startMs + durationMs > nowMs).map(({ value }) => value),
      ),
    };
  }

  return {
    allowed,
    async refusal(stationId, version, evseId, { before, after }) {
      const active = await transactions.list({ stationId, state: 'active', limit: 1_000 });
      const wouldBe = new Map<string, number>();
      const contexts = new Set<string>();
      for (const place of network.evsesOf(stationId)) {
        if (evseId !== 0 && place.evseId !== evseId) continue;
        const transaction = active.find((each) => each.evseId === place.evseId);
        const session = transaction && (await sites.session({ peerId: OWN_PEER, sessionId: transaction.id }));
        if (session === undefined) continue;
        const liftedW = highestLift(
          allowed(place, version, transaction, before),
          allowed(place, version, transaction, after),
        );
        if (liftedW === undefined) continue;
        wouldBe.set(session.sessionId, liftedW);
        contexts.add(session.contextId);
      }
      for (const contextId of contexts) {
        const sessions = counted(contextId);
        const nowW = sum(sessions.map(({ ceilingW }) => ceilingW));
        const thenW = sum(
          sessions.map(({ key, ceilingW }) =>
            key.peerId === OWN_PEER ? (wouldBe.get(key.sessionId) ?? ceilingW) : ceilingW,
          ),
        );
        const { limitW, baseW } = await limitOf(contextId);
        if (thenW <= nowW + NOISE_W || thenW + baseW <= limitW + NOISE_W) continue;
        return refusalText(thenW, limitW, baseW);
      }
      return undefined;
    },
  };
}

/** The highest of what is allowed where it is more than before; undefined where nothing rises. */
function highestLift(before: StepFunction, after: StepFunction): number | undefined {
  const instants = [...before.steps, ...after.steps].map(({ fromMs }) => fromMs);
  const rises = instants.flatMap((atMs) => {
    const thenW = limitAt(after, atMs) ?? 0;
    return thenW > (limitAt(before, atMs) ?? Infinity) + NOISE_W ? [thenW] : [];
  });
  return rises.length === 0 ? undefined : Math.max(...rises);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const kilowatts = (powerW: number) => `${(powerW / 1000).toFixed(1)} kW`;

function refusalText(sessionsW: number, limitW: number, baseW: number): string {
  const beside = baseW > 0 ? ` beside ${kilowatts(baseW)} of other load` : '';
  return `The profile would let the sessions of the supply point draw up to ${kilowatts(sessionsW)}${beside}, above its limit of ${kilowatts(limitW)}. Lower the limit in the profile.`;
}

function contextOf(
  place: Placed,
  places: readonly Placed[],
  version: OcppVersion,
  transaction: TransactionState | undefined,
  priorityCharging: boolean,
  nowMs: number,
): CompositeContext {
  return {
    version,
    evseId: place.evseId,
    unit: 'W',
    nominalVoltageV: voltageOf(place),
    evses: places.map((each) => ({
      evseId: each.evseId,
      currentType: each.connectors[0]?.powerType === 'DC' ? 'DC' : 'AC',
      phases: phasesAt(each),
      ...(each.evseId === place.evseId
        ? {
            transaction: {
              transactionId: transaction?.stationRef ?? '',
              startMs: transaction?.startMs ?? nowMs,
              ...(transaction === undefined ? {} : { energyMayFlowSinceMs: transaction.startMs }),
              priorityCharging,
            },
          }
        : {}),
    })),
  };
}
