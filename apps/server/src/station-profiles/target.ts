/**
 * The way out to own stations: the plan of a session becomes a charging profile at its EVSE. What a station refuses is tried in the next
 * form it may take (TxProfile, TxDefaultProfile, station maximum); what it holds is read back and compared.
 */
import type { CompositeContext, InstalledProfile } from '@smac/ocpp/profiles';
import type { Profile, SessionKey, Target, TargetAnswer, TargetEvents } from '../dispatch/index.ts';
import { type Network, OWN_PEER, type Placed, phasesOf } from '../network/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Capability, Stations } from '../stations/index.ts';
import type { Clock } from '../time/clock.ts';
import type { TransactionState, Transactions } from '../transactions/index.ts';
import { type Meaning, meaningOf } from './answers.ts';
import { createPresentCarrier } from './carry-present.ts';
import { driftOf, expectedComposite, type ReadSchedule, readComposite } from './composite.ts';
import type { DriftLog } from './drift-log.ts';
import type { Fallback } from './fallback.ts';
import { defaultProfileId, planProfileId } from './ids.ts';
import { type Carrier, exactUntilMs, type PlanWords, planProfile, unitFor } from './plan-profile.ts';
import type { BookState, ProfileBook } from './profile-book.ts';
import { keysOf, type Running } from './running.ts';
import { ACTOR, clearProfile, setProfile } from './set-profile.ts';

export interface StationTargetOptions {
  readonly stations: Stations;
  readonly transactions: Transactions;
  readonly network: Network;
  readonly sites: Sites;
  readonly running: Running;
  readonly book: ProfileBook;
  readonly drift: DriftLog;
  readonly clock: Clock;
  /** Nothing is installed before the fallbacks (security.md 8, design rules). */
  readonly fallback: Pick<Fallback, 'ready' | 'confirmedW' | 'distrust' | 'refresh'>;
  /** Others who report what stations really do. */
  readonly reporters: readonly { listen(events: TargetEvents): void }[];
}

/** A live transaction with everything a profile for it needs. */
interface Charging {
  readonly transaction: TransactionState;
  readonly place: Placed;
  readonly capability: Capability;
  readonly version: '1.6' | '2.0.1' | '2.1';
  readonly currentType: 'AC' | 'DC';
  readonly phases: 1 | 2 | 3;
  readonly voltageV: number;
}

const OVER: TargetAnswer = { result: 'UNKNOWN_SESSION', detail: 'The transaction is over.' };
const OFFLINE: TargetAnswer = { result: 'UNKNOWN', detail: 'The station is offline.' };

const COVERED: TargetAnswer = {
  result: 'UNKNOWN',
  detail: 'The station took the profile, and may still follow the one above it.',
};

/** Sockets answer in milliseconds: the pause only keeps a chattering input from becoming chattering contactors, ms. */
const PAUSE_MS = 2_000;

/** Powers that differ by less are equal: limits travel in tenths of an ampere on up to three phases, W. */
const WIRE_W = 70;

export function createStationTarget(options: StationTargetOptions): Target {
  const { stations, transactions, network, sites, running, book, clock } = options;
  const present = createPresentCarrier(options);

  async function charging(key: SessionKey): Promise<Charging | undefined> {
    const transaction = await transactions.get(key.sessionId);
    if (transaction?.state !== 'active') return undefined;
    const place = network.placeOf(transaction.stationId, transaction.evseId);
    const connector =
      place?.connectors.find(({ connectorId }) => connectorId === transaction.connectorId) ??
      place?.connectors[0];
    if (place === undefined || connector === undefined) return undefined;
    const session = await sites.session(key);
    const wired = phasesOf(connector);
    const used = session?.vehicle.phases ?? wired;
    return {
      transaction,
      place,
      capability: stations.capability(transaction.stationId),
      version: stations.connected(transaction.stationId)?.version ?? transaction.version,
      currentType: connector.powerType === 'DC' ? 'DC' : 'AC',
      phases: Math.min(used, wired) as 1 | 2 | 3,
      voltageV: connector.powerType === 'DC' ? 230 : connector.maxVoltageV,
    };
  }

  async function carry(at: Charging, profile: Profile, carrier: Carrier): Promise<Meaning> {
    const { transaction, capability, place } = at;
    const evseId = carrier === 'ChargingStationMaxProfile' ? 0 : place.evseId;
    const isInPlace = carrier === 'TxDefaultProfile' && !standsAbove(at, network);
    const words: PlanWords = {
      ...at,
      carrier,
      id: (isInPlace ? defaultProfileId : planProfileId)(capability, place.evseId),
      transactionRef: transaction.stationRef,
    };
    const installed: InstalledProfile = { evseId, profile: planProfile(profile, words) };
    if (carrier === 'TxDefaultProfile') options.fallback.distrust(transaction.stationId, place.evseId);
    await book.sent(transaction.stationId, installed, { transactionId: transaction.id, plan: profile });
    const meaning = await setProfile(stations, transaction.stationId, installed, true);
    const { answer } = meaning;
    const state: BookState =
      answer.result === 'ACCEPTED' ? 'accepted' : answer.result === 'UNKNOWN' ? 'unknown' : 'refused';
    await book.answered(
      transaction.stationId,
      installed.profile.id,
      state,
      'detail' in answer ? answer.detail : undefined,
    );
    // The station still has its fallback, and the book no longer knows it.
    if (isInPlace && state === 'refused') await options.fallback.refresh([transaction.stationId]);
    const untilMs = answer.result === 'ACCEPTED' ? exactUntilMs(profile, words) : undefined;
    return untilMs === undefined
      ? meaning
      : { ...meaning, answer: { result: 'ACCEPTED', exactUntilMs: untilMs } };
  }

  async function give(key: SessionKey, profile: Profile): Promise<TargetAnswer> {
    const at = await charging(key);
    if (at === undefined) return OVER;
    if (stations.connected(at.transaction.stationId) === undefined) return OFFLINE;
    await options.fallback.ready(at.transaction.stationId);
    const { transaction, place } = at;
    const here = { stationId: place.stationId, evseId: place.evseId, transactionId: transaction.id };
    const valueOnly = await present.carry(here, { ...at, transactionRef: transaction.stationRef }, profile);
    if (valueOnly !== undefined) return valueOnly;
    let last: TargetAnswer = {
      result: 'NOT_SUPPORTED',
      detail: 'The station takes charging profiles of no purpose that could carry a plan.',
    };
    for (const carrier of carriersFor(at, network)) {
      const { answer, next } = await carry(at, profile, carrier);
      if (answer.result === 'ACCEPTED' && !(await present.withdraw(here, at.capability))) return COVERED;
      if (!next) return answer;
      last = answer;
    }
    return last;
  }

  async function clear(key: SessionKey): Promise<TargetAnswer> {
    const transaction = await transactions.get(key.sessionId);
    if (transaction === undefined) return OVER;
    const { stationId, id } = transaction;
    const held = (await book.of(stationId)).filter(({ transactionId }) => transactionId === id);
    for (const { profile } of held) {
      // A TxProfile vanishes with its transaction; the other carriers would bind the next car.
      const vanished = transaction.state === 'ended' && profile.chargingProfilePurpose === 'TxProfile';
      if (!vanished) {
        const { answer } = await clearProfile(stations, stationId, profile.id);
        if (answer.result !== 'ACCEPTED') return answer;
      }
    }
    await book.gone(
      stationId,
      held.map(({ profile }) => profile.id),
    );
    if (held.some(({ profile }) => profile.chargingProfilePurpose !== 'TxProfile')) {
      await options.fallback.refresh([stationId]);
    }
    return { result: 'ACCEPTED' };
  }

  return {
    async carriesDischarge(key) {
      const at = await charging(key);
      const connector = at?.place.connectors.find(({ dischargeW }) => dischargeW > 0);
      return at?.version === '2.1' && connector !== undefined && at.capability.rateUnits.includes('W');
    },

    async setProfile(key, profile) {
      const answer = await give(key, profile);
      // It ended while its profile was on the way: what was cleared then did not know of this one.
      if (answer.result !== 'UNKNOWN_SESSION' && running.at(key.sessionId) === undefined) await clear(key);
      return answer;
    },

    clearProfile: clear,

    async readProfile(key, durationS) {
      const at = await charging(key);
      if (at === undefined) return undefined;
      const { stationId } = at.transaction;
      const unit = unitFor(at.currentType, at.capability.rateUnits);
      const read = await readComposite(stations, stationId, at.place.evseId, durationS, {
        unit,
        voltageV: at.voltageV,
        phases: at.phases,
        nowMs: clock.now(),
      });
      if (read === undefined) return undefined;
      const all = await book.of(stationId);
      const entries = all.filter(({ state }) => state !== 'refused');
      const expected = expectedComposite(
        entries,
        contextOf(at, unit, network.evsesOf(stationId)),
        Math.ceil(read.startMs / 1000) * 1000,
        Math.floor((read.endMs - read.startMs) / 1000),
      );
      // What nothing can be compared with is no confirmation of the plan.
      if (expected === undefined) return bounded(read);
      const largestW = driftOf(read, expected, WIRE_W);
      await options.drift.note(stationId, at.place.evseId, largestW, expected, read);
      const own = all.filter(({ transactionId }) => transactionId === key.sessionId);
      const plan = own.find((entry) => entry.plan !== undefined && entry.state !== 'refused')?.plan;
      // What stands above the plan and was not confirmed may have changed what the plan is said to be.
      const isCovered = own.some((entry) => entry.plan === undefined && entry.state !== 'accepted');
      return plan !== undefined && largestW === 0 && !isCovered ? plan : bounded(read);
    },

    async stop(key) {
      const answer = await transactions.stop(key.sessionId, ACTOR);
      return answer.accepted ? { result: 'ACCEPTED' } : { result: 'REJECTED', detail: answer.detail };
    },

    async takeOutOfService(key) {
      const place = running.at(key.sessionId);
      if (place === undefined) return OVER;
      const payload =
        stations.connected(place.stationId)?.version === '1.6'
          ? { connectorId: place.evseId, type: 'Inoperative' }
          : { evse: { id: place.evseId }, operationalStatus: 'Inoperative' };
      const call = { actor: ACTOR, urgent: true };
      const outcome = await stations.call(place.stationId, 'ChangeAvailability', payload, call);
      if (outcome.kind !== 'result') return meaningOf(outcome).answer;
      const { status } = outcome.payload as { readonly status: string };
      // Scheduled: as soon as the car has gone; no other one charges there after it.
      return status === 'Rejected'
        ? { result: 'REJECTED', detail: 'the station refused' }
        : { result: 'ACCEPTED' };
    },

    knows: async (key) => (await transactions.get(key.sessionId))?.state === 'active',

    reachable(key) {
      const at = running.at(key.sessionId);
      return at !== undefined && stations.connected(at.stationId) !== undefined;
    },

    fallbackW(key) {
      const at = running.at(key.sessionId);
      return at && options.fallback.confirmedW(at.stationId, at.evseId);
    },

    pauseMs: () => PAUSE_MS,

    listen(events: TargetEvents) {
      for (const reporter of options.reporters) reporter.listen(events);
      stations.listen({
        event(event) {
          if (event.kind !== 'connected' && event.kind !== 'disconnected') return;
          const keys = keysOf(OWN_PEER, running.sessionsAt(event.stationId));
          events.reachability(keys, event.kind === 'connected');
        },
      });
    },
  };
}

/** Purposes that may carry the plan, the best first; what this station or its model refused before comes no more. */
function carriersFor({ capability, place }: Charging, network: Network): Carrier[] {
  const evses = network.evsesOf(place.stationId);
  const wanted: Carrier[] = ['TxProfile', 'TxDefaultProfile'];
  // The maximum of the station binds all its EVSEs: with one EVSE that is the same thing.
  if (evses.length === 1) wanted.push('ChargingStationMaxProfile');
  return wanted.filter((carrier) => capability.purposes[carrier] !== 'refused');
}

/**
 * Has the station a place for a plan above the fallback of the EVSE? Where not, the plan takes its id and so its place, until the transaction
 * is over and the fallback is installed again.
 */
function standsAbove({ capability, place }: Charging, network: Network): boolean {
  const { maxStackLevel, maxProfiles, stated } = capability;
  const evses = network.evsesOf(place.stationId).length;
  return maxStackLevel > 0 && (!stated.includes('maxProfiles') || maxProfiles > evses);
}

function contextOf(at: Charging, unit: 'A' | 'W', places: readonly Placed[]): CompositeContext {
  const { transaction, place } = at;
  return {
    version: at.version,
    evseId: place.evseId,
    unit: unit === 'A' ? 'W' : unit,
    nominalVoltageV: at.voltageV,
    evses: places.map(({ evseId }) => ({
      evseId,
      currentType: at.currentType,
      phases: at.phases,
      ...(evseId === place.evseId
        ? {
            transaction: {
              transactionId: transaction.stationRef,
              startMs: transaction.startMs,
              energyMayFlowSinceMs: transaction.startMs,
            },
          }
        : {}),
    })),
  };
}

/** A stretch without any limit is the physical maximum; the ledger knows it. */
const bounded = (read: ReadSchedule): Profile => ({
  startMs: read.startMs,
  endMs: read.endMs,
  periods: read.periods.map(({ startMs, powerW }) => ({
    startMs,
    powerW: Number.isFinite(powerW) ? Math.ceil(powerW) : UNLIMITED_W,
  })),
});

const UNLIMITED_W = 10_000_000;
