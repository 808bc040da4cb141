/** A back office just large enough to talk to one station: it takes everything, remembers what it heard and asks what a test asks. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type AnyConnection, acceptStations, type OcppVersion } from '@smac/ocpp';
import { settled, WorkInFlight } from '../../clock/quiescence.ts';
import { VirtualClock } from '../../clock/virtual-clock.ts';
import { CATALOGUE } from '../../ev/catalogue.ts';
import { vehicleOf } from '../../ev/vehicle.ts';
import { createRandom } from '../../random/random.ts';
import type { Arrival } from '../../station/evse.ts';
import { usualLimits } from '../../station/profiles/limits.ts';
import type { StationOptions } from '../../station/station-options.ts';
import { OcppStation, type OcppStationOptions } from '../ocpp-station.ts';

export const T0 = Date.parse('2026-03-02T06:00:00Z');
export const PASSWORD = 'a password of 20 byte';

export type Fields = Readonly<Record<string, unknown>>;
export interface Heard {
  readonly action: string;
  readonly payload: Fields;
  readonly atMs: number;
}

export interface Rig {
  readonly clock: VirtualClock;
  readonly station: OcppStation;
  /** Where the back office listens. */
  readonly url: string;
  readonly activity: WorkInFlight;
  readonly heard: Heard[];
  /** Passwords that came with a handshake. */
  readonly passwords: string[];
  /** Answers that differ from the usual, by action; undefined: the usual one. */
  readonly answers: Map<string, (payload: Fields) => Fields | undefined>;
  /** Messages of one action, in order. */
  of(action: string): readonly Fields[];
  /** Asks the station; the answer must be a result. */
  ask(action: string, payload: Fields): Promise<Fields>;
  connection(): AnyConnection<'csms'>;
  runFor(seconds: number): Promise<void>;
}

export interface RigOptions {
  readonly station?: Partial<StationOptions>;
  readonly ocpp?: Partial<OcppStationOptions>;
  /** Takes the handshake of this password only. */
  readonly accepts?: (password: string) => boolean;
  /** Puts something between station and back office. */
  readonly through?: (url: string, clock: VirtualClock) => Promise<string>;
}

export async function rig(t: TestContext, version: OcppVersion, options: RigOptions = {}): Promise<Rig> {
  const clock = new VirtualClock(T0);
  const activity = new WorkInFlight();
  const random = createRandom('rig');
  const heard: Heard[] = [];
  const passwords: string[] = [];
  const answers: Rig['answers'] = new Map();
  let current: AnyConnection<'csms'> | undefined;
  let numbers = 0;
  const usual: Readonly<Record<string, (payload: Fields) => Fields>> = {
    BootNotification: () => ({ status: 'Accepted', interval: 300, currentTime: iso(clock.now()) }),
    Heartbeat: () => ({ currentTime: iso(clock.now()) }),
    Authorize: () =>
      version === '1.6' ? { idTagInfo: { status: 'Accepted' } } : { idTokenInfo: { status: 'Accepted' } },
    StartTransaction: () => {
      numbers += 1;
      return { transactionId: 4700 + numbers, idTagInfo: { status: 'Accepted' } };
    },
    DataTransfer: () => ({ status: 'Accepted' }),
    NotifyEVChargingNeeds: () => ({ status: 'Accepted' }),
    NotifyEVChargingSchedule: () => ({ status: 'Accepted' }),
    PullDynamicScheduleUpdate: () => ({ status: 'Rejected' }),
  };
  const listener = acceptStations<null>({
    clock,
    random: () => random.next(),
    authorise: ({ basic }) => {
      const password = basic === null ? '' : Buffer.from(basic.password).toString('latin1');
      passwords.push(password);
      return options.accepts?.(password) === false
        ? { accept: false, status: 401, reason: 'wrong' }
        : { accept: true, binding: null };
    },
    onConnection(connection) {
      current = connection;
      connection.onAnyCall((action, payload) => {
        const fields = payload as Fields;
        heard.push({ action, payload: fields, atMs: clock.now() });
        return answers.get(action)?.(fields) ?? usual[action]?.(fields) ?? {};
      });
    },
  });
  const server = createServer();
  listener.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const direct = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`;
  const station = new OcppStation({
    version,
    url: (await options.through?.(direct, clock)) ?? direct,
    identity: 'CS-1',
    password: PASSWORD,
    clock,
    random,
    activity,
    station: {
      id: 'CS-1',
      evses: [1, 2].map((evseId) => ({ evseId, currentType: 'AC', phases: 3, maxCurrentA: 16 })),
      limits: usualLimits(version),
      random,
      startMs: T0,
      meterError: 0,
      ...options.station,
    },
    ...options.ocpp,
  });
  t.after(async () => {
    await station.close();
    await listener.close();
    server.close();
  });
  const made: Rig = {
    clock,
    station,
    url: direct,
    activity,
    heard,
    passwords,
    answers,
    of: (action) => heard.filter((each) => each.action === action).map(({ payload }) => payload),
    async ask(action, payload) {
      const connection = current;
      assert.ok(connection);
      const outcome = await activity.track(() => connection.callAny(action, payload));
      assert.equal(outcome.kind, 'result', `${action}: ${JSON.stringify(outcome)}`);
      return (outcome as { readonly payload: Fields }).payload;
    },
    connection() {
      assert.ok(current);
      return current;
    },
    runFor: (seconds) => clock.runUntil(clock.now() + seconds * 1000, () => settled([activity])),
  };
  await made.runFor(1);
  return made;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** A three-phase car of 11 kW that wants a lot. */
export function car(change: Partial<Arrival> = {}): Arrival {
  const { model } = CATALOGUE.find((entry) => entry.model.name === 'Volkswagen ID.3')!;
  return { vehicle: vehicleOf(model), soc: 0.2, ...change };
}

/** A charging profile in the words of the version; amperes. */
export function profile(
  version: OcppVersion,
  id: number,
  purpose: string,
  periods: readonly Fields[],
  change: Fields = {},
): Fields {
  const schedule = {
    ...(version === '1.6' ? {} : { id }),
    chargingRateUnit: 'A',
    startSchedule: iso(T0),
    chargingSchedulePeriod: periods,
  };
  const name =
    version === '1.6' && purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : purpose;
  return {
    [version === '1.6' ? 'chargingProfileId' : 'id']: id,
    stackLevel: 0,
    chargingProfilePurpose: name,
    chargingProfileKind: 'Absolute',
    chargingSchedule: version === '1.6' ? schedule : [schedule],
    ...change,
  };
}

/** SetChargingProfile in the words of the version. @returns status */
export async function install(
  { ask }: Rig,
  version: OcppVersion,
  evseId: number,
  wire: Fields,
): Promise<string> {
  const answer = await ask(
    'SetChargingProfile',
    version === '1.6' ? { connectorId: evseId, csChargingProfiles: wire } : { evseId, chargingProfile: wire },
  );
  return String(answer.status);
}

/** The limit a composite schedule gives now, A. */
export async function compositeA({ ask }: Rig, version: OcppVersion, evseId: number): Promise<number> {
  const answer = await ask('GetCompositeSchedule', {
    [version === '1.6' ? 'connectorId' : 'evseId']: evseId,
    duration: 600,
    chargingRateUnit: 'A',
  });
  assert.equal(answer.status, 'Accepted');
  const schedule = (version === '1.6' ? answer.chargingSchedule : answer.schedule) as {
    readonly chargingSchedulePeriod: readonly { readonly limit: number }[];
  };
  return schedule.chargingSchedulePeriod[0]!.limit;
}
