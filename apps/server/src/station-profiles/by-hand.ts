/**
 * A profile by hand before, while and after a station holds it: would it take it and what would it do then, setting and removing it in the
 * words of its version, and what its own schedule says beside what we think it holds.
 */
import type { OcppVersion } from '@smac/ocpp';
import {
  type CompositeContext,
  constant,
  type EvseCapability,
  type InstalledProfile,
  installProfile,
  minimum,
  type StationCapability,
  type StepFunction,
} from '@smac/ocpp/profiles';
import { type Network, type Placed, phasesOf } from '../network/index.ts';
import type { CapabilityField, StationCallOutcome, Stations } from '../stations/index.ts';
import type { Clock } from '../time/clock.ts';
import type { TransactionState, Transactions } from '../transactions/index.ts';
import {
  type CompositeOnWire,
  driftOf,
  expectedComposite,
  type ReadSchedule,
  scheduleOf,
} from './composite.ts';
import type { DriftLog } from './drift-log.ts';
import { mostOf, voltageOf } from './fallback-limits.ts';
import type { HandMadeProfiles } from './hand-made.ts';
import { unitFor } from './plan-profile.ts';
import type { ProfileBook } from './profile-book.ts';
import { clearPayload, setPayload } from './set-profile.ts';

export interface ByHandOptions {
  readonly stations: Stations;
  readonly network: Pick<Network, 'evsesOf'>;
  readonly transactions: Pick<Transactions, 'list'>;
  readonly book: Pick<ProfileBook, 'of'>;
  readonly handMade: Pick<HandMadeProfiles, 'of' | 'refusal'>;
  readonly drift: Pick<DriftLog, 'note'>;
  readonly clock: Clock;
}

/** Why a profile would not be taken: a rule of OCPP with its reason code, or the limit of the supply point. */
export interface HandRefusal {
  readonly code: string;
  /** Requirement of OCPP, or '' where the limit of the supply point is the reason. */
  readonly rule: string;
  readonly message: string;
}

export interface HandPreview {
  readonly refusal: HandRefusal | undefined;
  /** What the EVSE (0: the station) lets cars draw over the next day, W: as it is, and with the profile. */
  readonly before: StepFunction | undefined;
  readonly after: StepFunction | undefined;
}

export interface ReadBack {
  readonly outcome: StationCallOutcome;
  /** What the station says it will do, W. */
  readonly reported: ReadSchedule | undefined;
  /** What we think it holds, W. */
  readonly expected: StepFunction | undefined;
  /** Largest difference, W; undefined where nothing can be compared. */
  readonly largestW: number | undefined;
}

export interface ByHand {
  preview(stationId: string, wish: InstalledProfile, actor: string): Promise<HandPreview>;
  /** Sends it where no rule stands against it. */
  set(
    stationId: string,
    wish: InstalledProfile,
    actor: string,
  ): Promise<{ readonly refusal: HandRefusal } | { readonly outcome: StationCallOutcome }>;
  remove(stationId: string, profileId: number, actor: string): Promise<StationCallOutcome>;
  readBack(stationId: string, evseId: number, durationS: number, actor: string): Promise<ReadBack>;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const DAY_S = 24 * 3_600;
/** Powers that differ by less are equal: limits travel in tenths of an ampere on up to three phases, W. */
const WIRE_W = 70;
const OFFLINE: HandRefusal = {
  code: 'Offline',
  rule: '',
  message: 'The station is offline: wait until it is connected.',
};

export function createByHand(options: ByHandOptions): ByHand {
  const { stations, network, transactions, book, handMade, drift, clock } = options;

  const held = async (stationId: string): Promise<readonly InstalledProfile[]> => [
    ...(await book.of(stationId)).filter(({ state }) => state !== 'refused'),
    ...handMade.of(stationId),
  ];
  const active = (stationId: string) => transactions.list({ stationId, state: 'active', limit: 1_000 });

  async function tried(stationId: string, version: OcppVersion, wish: InstalledProfile, actor: string) {
    const running = await active(stationId);
    const installation = installProfile(
      {
        ...wish,
        source: 'CSMS',
        capability: capabilityOf(stations, network, stationId, version),
        installed: await held(stationId),
        transactions: running.map(({ evseId, stationRef }) => ({ evseId, transactionId: stationRef })),
      },
      clock.now(),
    );
    if (!installation.ok) return { refusal: installation.refusal, running };
    const payload = setPayload(version, wish);
    const action = 'SetChargingProfile';
    const guarded = await handMade.refusal({ stationId, version, action, payload, actor });
    const refusal = guarded === undefined ? undefined : { code: 'Limit', rule: '', message: guarded };
    return { refusal, running, installed: installation.value.installed };
  }

  function composite(
    stationId: string,
    version: OcppVersion,
    evseId: number,
    running: readonly TransactionState[],
    installed: readonly InstalledProfile[],
    window: { readonly startMs: number; readonly durationS: number },
  ): StepFunction | undefined {
    const places = network.evsesOf(stationId);
    const context = contextOf(places, version, evseId, running);
    const limits = expectedComposite(installed, context, window.startMs, window.durationS);
    if (limits === undefined) return undefined;
    // Where no profile limits, the hardware does; nobody knows that of a station without a place.
    const here = places.filter((each) => evseId === 0 || each.evseId === evseId);
    const mostW = here.length === 0 ? Number.POSITIVE_INFINITY : sumOf(here.map(mostOf));
    return minimum(limits, constant(mostW, limits.startMs, limits.endMs));
  }

  return {
    async preview(stationId, wish, actor) {
      const version = stations.connected(stationId)?.version;
      if (version === undefined) return { refusal: OFFLINE, before: undefined, after: undefined };
      const { refusal, running, installed } = await tried(stationId, version, wish, actor);
      const window = { startMs: Math.ceil(clock.now() / 1000) * 1000, durationS: DAY_S };
      const of = (profiles: readonly InstalledProfile[]) =>
        composite(stationId, version, wish.evseId, running, profiles, window);
      return { refusal, before: of(await held(stationId)), after: installed && of(installed) };
    },

    async set(stationId, wish, actor) {
      const version = stations.connected(stationId)?.version;
      if (version === undefined) return { outcome: { kind: 'offline' } };
      const { refusal } = await tried(stationId, version, wish, actor);
      if (refusal !== undefined) return { refusal };
      const payload = setPayload(version, wish);
      return { outcome: await stations.call(stationId, 'SetChargingProfile', payload, { actor }) };
    },

    async remove(stationId, profileId, actor) {
      const version = stations.connected(stationId)?.version;
      if (version === undefined) return { kind: 'offline' };
      return stations.call(stationId, 'ClearChargingProfile', clearPayload(version, profileId), { actor });
    },

    async readBack(stationId, evseId, durationS, actor) {
      const version = stations.connected(stationId)?.version;
      const nothing = { reported: undefined, expected: undefined, largestW: undefined };
      if (version === undefined) return { outcome: { kind: 'offline' }, ...nothing };
      const places = network.evsesOf(stationId);
      const place = places.find((each) => each.evseId === evseId) ?? places[0];
      const isDirect = place?.connectors[0]?.powerType === 'DC';
      const unit = unitFor(isDirect ? 'DC' : 'AC', stations.capability(stationId).rateUnits);
      const asked = { duration: durationS, chargingRateUnit: unit };
      const payload = version === '1.6' ? { connectorId: evseId, ...asked } : { evseId, ...asked };
      const outcome = await stations.call(stationId, 'GetCompositeSchedule', payload, { actor });
      if (outcome.kind !== 'result') return { outcome, ...nothing };
      const connector = place?.connectors[0];
      const reported = scheduleOf(outcome.payload as CompositeOnWire, durationS, {
        voltageV: place === undefined ? 230 : voltageOf(place),
        phases: connector === undefined ? 3 : phasesOf(connector),
        nowMs: clock.now(),
      });
      if (reported === undefined) return { outcome, ...nothing };
      const expected = composite(stationId, version, evseId, await active(stationId), await held(stationId), {
        startMs: Math.ceil(reported.startMs / 1000) * 1000,
        durationS: Math.floor((reported.endMs - reported.startMs) / 1000),
      });
      const largestW = expected && driftOf(reported, expected, WIRE_W);
      if (expected !== undefined && largestW !== undefined && evseId > 0)
        await drift.note(stationId, evseId, largestW, expected, reported);
      return { outcome, reported, expected, largestW };
    },
  };
}

function capabilityOf(
  stations: Pick<Stations, 'capability'>,
  network: Pick<Network, 'evsesOf'>,
  stationId: string,
  version: OcppVersion,
): StationCapability {
  const { rateUnits, maxStackLevel, maxPeriods, maxProfiles, switches3to1, stated, ...known } =
    stations.capability(stationId);
  // What nobody said is no reason to refuse: the station has the last word on it.
  const said = <T extends object>(field: CapabilityField, part: T) => (stated.includes(field) ? part : {});
  return {
    version,
    evses: network.evsesOf(stationId).map((place) => evseOf(place, switches3to1)),
    ...said('rateUnits', { rateUnits }),
    ...said('maxStackLevel', { maxStackLevel }),
    ...said('maxPeriods', { maxPeriods }),
    ...said('maxProfiles', { maxProfiles }),
    ...(known.maxExternalConstraintsId === null
      ? {}
      : { maxExternalConstraintsId: known.maxExternalConstraintsId }),
  };
}

function evseOf(place: Placed, acPhaseSwitching: boolean): EvseCapability {
  const connector = place.connectors[0];
  return {
    evseId: place.evseId,
    currentType: connector?.powerType === 'DC' ? 'DC' : 'AC',
    phases: connector === undefined ? 3 : phasesOf(connector),
    acPhaseSwitching,
  };
}

function contextOf(
  places: readonly Placed[],
  version: OcppVersion,
  evseId: number,
  running: readonly TransactionState[],
): CompositeContext {
  const place = places.find((each) => each.evseId === evseId) ?? places[0];
  return {
    version,
    evseId,
    unit: 'W',
    nominalVoltageV: place === undefined ? 230 : voltageOf(place),
    evses: places.map((each) => {
      const transaction = running.find((one) => one.evseId === each.evseId);
      const { currentType, phases } = evseOf(each, false);
      return {
        evseId: each.evseId,
        currentType,
        phases,
        ...(transaction === undefined
          ? {}
          : {
              transaction: {
                transactionId: transaction.stationRef,
                startMs: transaction.startMs,
                energyMayFlowSinceMs: transaction.startMs,
              },
            }),
      };
    }),
  };
}
