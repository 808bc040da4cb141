import {
  done,
  fromCanonical,
  type OptimisationReceiver,
  type Outcome,
  readOptimisation,
  type UnitProfile,
} from '@smac/ocpi';
import {
  type ContextReading,
  type ContextState,
  canonicalContextOf,
  evseKey,
  folded,
  type Owner,
  ownerParty,
  type ReadContext,
  type Sites,
  type StaticInputs,
  TOLD_AHEAD_MS,
  toldFromMs,
} from '../../../sites/index.ts';

/** What the port asks about a peer. */
export interface PeerTermsOf {
  unitProfile(peerId: string): Promise<UnitProfile>;
  isShadow(peerId: string): boolean;
  now(): number;
}

/** Units and plausibility of the peer's profile (X2), then canonical inputs. */
export function contextReader(unitProfile: UnitProfile): ReadContext {
  return (object, knownConnectorW): Outcome<ContextReading> => {
    const reading = readOptimisation(object, unitProfile, knownConnectorW);
    if (!reading.ok) return reading;
    const {
      owner: _,
      id: __,
      lastUpdatedMs: ___,
      confirmed: ____,
      notes: _____,
      series,
      ...statics
    } = reading.data;
    const { slot_duration: slotMinutes } = object;
    return {
      ok: true,
      data: {
        statics: {
          ...statics,
          ...(slotMinutes !== undefined && 60 % slotMinutes === 0 ? { slotMinutes } : {}),
        },
        series,
      },
    };
  };
}

/** SmartChargingOptimisation, RECEIVER (D4.2 table 11): the object in the peer's units goes to the sites room. */
export function optimisationPort(sites: Sites, peers: PeerTermsOf): OptimisationReceiver {
  return {
    async get(caller, key) {
      const owner: Owner = { peerId: caller.peerId, party: key.owner };
      const stored = await sites.getContext(owner, key.id);
      if (stored.ok) return stored;
      // Made by hand for this party (D4.2-§5.2-static): the same object, in the units that were agreed.
      const context = (await sites.contexts()).find(
        ({ kind, peerId, party, objectId }) =>
          kind === 'operator' &&
          peerId === owner.peerId &&
          party === ownerParty(owner) &&
          folded(objectId) === folded(key.id),
      );
      if (context === undefined) return stored;
      const nowMs = peers.now();
      const fromMs = toldFromMs(nowMs);
      const series = await sites.series(context.id, fromMs, fromMs + TOLD_AHEAD_MS);
      const told = canonicalContextOf(
        { ...context, statics: await withLocatedPowers(sites, context) },
        series,
        nowMs,
      );
      return done(fromCanonical(told, await peers.unitProfile(owner.peerId)));
    },
    async put(caller, key, object) {
      const owner: Owner = { peerId: caller.peerId, party: key.owner };
      const reader = contextReader(await peers.unitProfile(caller.peerId));
      const outcome = await sites.putContext(owner, object, reader);
      if (outcome.ok && outcome.created === true && peers.isShadow(caller.peerId)) {
        await shadowContexts(sites, caller.peerId, true);
      }
      return outcome;
    },
    async patch(caller, key, patch) {
      const owner: Owner = { peerId: caller.peerId, party: key.owner };
      return sites.patchContext(owner, key.id, patch, contextReader(await peers.unitProfile(caller.peerId)));
    },
    delete: (caller, key) => sites.deleteContext({ peerId: caller.peerId, party: key.owner }, key.id),
  };
}

/** A connector that was given no nominal power counts with what its location says, and is told with it: OCPI wants one for every EVSE. */
async function withLocatedPowers(sites: Sites, { peerId, statics }: ContextState): Promise<StaticInputs> {
  if (statics.evses.every(({ connectors }) => connectors.length > 0)) return statics;
  const shared = new Map((await sites.sharedEvses(peerId)).map((evse) => [evseKey(evse), evse]));
  return {
    ...statics,
    evses: statics.evses.map((evse) =>
      evse.connectors.length > 0
        ? evse
        : {
            ...evse,
            connectors: (shared.get(evseKey(evse))?.connectors ?? []).map(({ connectorId, maxW }) => ({
              connectorId,
              chargeW: maxW,
            })),
          },
    ),
  };
}

/** Puts every context of a peer into shadow mode, or takes it out. */
export async function shadowContexts(sites: Sites, peerId: string, shadow: boolean): Promise<void> {
  for (const context of await sites.contexts()) {
    if (context.peerId === peerId && context.shadow !== shadow) await sites.setShadow(context.id, shadow);
  }
}
