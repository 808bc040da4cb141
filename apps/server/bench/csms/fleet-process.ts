/** Light stations in a process of their own: they take every profile, charge, report, lose their line and come back. */
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { type AnyConnection, dialStation, type StationLine } from '@smac/ocpp';
import { systemClock } from '../../src/time/clock.ts';
import { answerParent } from './child.ts';
import type { Credentials } from './server-process.ts';

interface Station {
  readonly who: Credentials;
  readonly line: StationLine;
  connection: AnyConnection<'station'> | undefined;
  /** undefined while no car charges. */
  transaction: { ref: unknown; seqNo: number; registerWh: number; meteredMs: number } | undefined;
  /** What is to be told, oldest first; kept until it was answered. */
  readonly queue: { readonly action: string; readonly payload: object; readonly queuedMs: number }[];
  draining: boolean;
  /** Steps of the newest plan, W; before it the share of the fallback. */
  allowed: readonly { readonly fromMs: number; readonly powerW: number }[];
}

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly mostMs: number;
}

/** What became of a cut so far. */
export interface Return {
  readonly away: number;
  readonly untold: number;
  /** From the cut to the last connection, and to the last answer, s. */
  readonly allBackS: number;
  readonly drainedS: number;
  readonly told: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly refused: number;
}

const stations: Station[] = [];
let ackedMs: number[] = [];
let refused = 0;
let backMs: number[] = [];
let cutMs = 0;
/** From the cut to the newest answer, ms. */
let drainedMs = 0;
/** Why lines ended or did not come to be, how often. */
const failed = new Map<string, number>();

const answers = {
  /** Dials all of them, `perSecond` new ones each second. */
  async connect({
    url,
    ca,
    who,
    perSecond,
  }: {
    url: string;
    ca: string;
    who: Credentials[];
    perSecond: number;
  }) {
    const startMs = performance.now();
    for (const [n, each] of who.entries()) {
      stations.push(dial(each, url, ca));
      if (n % 20 === 19) await wait((20 / perSecond) * 1000);
    }
    while (stations.some(({ connection }) => connection === undefined)) await wait(20);
    return { seconds: (performance.now() - startMs) / 1000 };
  },

  /** A car begins to charge at each of the first `count` stations. */
  async begin({ count }: { count: number }): Promise<void> {
    const free = stations.slice(0, count);
    for (let n = 0; n < free.length; n += 50) await Promise.all(free.slice(n, n + 50).map(begin));
  },

  /** Meter values of charging stations in turn, evenly over time; the wait for the answer is measured from when it was due. */
  async report({
    perSecond,
    seconds,
  }: {
    perSecond: number;
    seconds: number;
  }): Promise<Latencies & { refused: number }> {
    ackedMs = [];
    refused = 0;
    const charging = stations.filter(({ transaction }) => transaction !== undefined);
    const startMs = performance.now();
    let sent = 0;
    while (sent < perSecond * seconds) {
      const due = Math.min(
        perSecond * seconds,
        Math.floor(((performance.now() - startMs) / 1000) * perSecond),
      );
      for (; sent < due; sent += 1)
        say(charging[sent % charging.length]!, meter(charging[sent % charging.length]!));
      await wait(5);
    }
    while (stations.some(({ queue }) => queue.length > 0)) await wait(5);
    return { ...spread(ackedMs), refused };
  },

  /** Cuts every line at once. While they are away the charging ones go on and queue `queued` messages each. */
  async cut({ queued }: { queued: number }): Promise<number> {
    ackedMs = [];
    backMs = [];
    refused = 0;
    drainedMs = 0;
    cutMs = performance.now();
    failed.clear();
    for (const station of stations) {
      station.connection = undefined;
      station.line.cut();
    }
    let count = 0;
    for (const station of stations) {
      if (station.transaction === undefined) continue;
      for (let n = 0; n < queued; n += 1) {
        count += 1;
        say(station, meter(station, n, true));
      }
    }
    return count;
  },

  /** How far the return is; when it is over, how long it took. */
  async back(): Promise<Return> {
    return {
      away: stations.filter(({ connection }) => connection === undefined).length,
      untold: stations.reduce((sum, { queue }) => sum + queue.length, 0),
      allBackS: Math.max(0, ...backMs) / 1000,
      drainedS: drainedMs / 1000,
      told: ackedMs.length,
      failed: Object.fromEntries(failed),
      refused,
    };
  },

  async usage(): Promise<{ readonly cpuMs: number }> {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000 };
  },

  async end(): Promise<void> {
    await Promise.all(stations.splice(0).map(({ line }) => line.close()));
  },
};

export type FleetAnswers = typeof answers;

function dial(who: Credentials, url: string, ca: string): Station {
  const queue: Station['queue'] = [];
  const line = dialStation({
    url,
    identity: who.identity,
    password: who.password,
    tls: { ca },
    versions: [who.version],
    clock: systemClock,
    random: Math.random,
    onConnected(connection) {
      connection.onAnyCall((action, payload) => {
        if (action === 'GetConfiguration') return { configurationKey: [], unknownKey: [] };
        if (action === 'SetChargingProfile') return obey(station, payload);
        return { status: 'Rejected' };
      });
      const isReturn = station.transaction !== undefined || backMs.length > 0 || cutMs > 0;
      void (async () => {
        if (!isReturn) {
          await connection.callAny('BootNotification', boot(who));
          await connection.callAny('StatusNotification', available(who));
        }
        station.connection = connection;
        if (isReturn) backMs.push(performance.now() - cutMs);
        void drain(station);
      })();
    },
    onDisconnected({ status, reason, closure }) {
      station.connection = undefined;
      const why = closure === null ? `${status ?? ''} ${reason}`.trim() : `closed ${closure.code}`;
      failed.set(why, (failed.get(why) ?? 0) + 1);
    },
  });
  const station: Station = {
    who,
    line,
    connection: undefined,
    transaction: undefined,
    queue,
    draining: false,
    allowed: [],
  };
  return station;
}

interface ProfileOnWire {
  readonly chargingProfilePurpose: string;
  readonly chargingSchedule: Schedule | readonly Schedule[];
}
interface Schedule {
  readonly startSchedule?: string;
  readonly chargingRateUnit: 'A' | 'W';
  readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit?: number }[];
}

/** Takes everything; its car draws what the plan allows. */
function obey(station: Station, payload: unknown): { readonly status: 'Accepted' } {
  const { csChargingProfiles, chargingProfile } = payload as Partial<Record<string, ProfileOnWire>>;
  const profile = csChargingProfiles ?? chargingProfile;
  if (profile?.chargingProfilePurpose !== 'TxProfile') return { status: 'Accepted' };
  const [schedule] = [profile.chargingSchedule].flat() as Schedule[];
  const startMs = Date.parse(schedule?.startSchedule ?? new Date().toISOString());
  station.allowed = (schedule?.chargingSchedulePeriod ?? []).map(({ startPeriod, limit = 0 }) => ({
    fromMs: startMs + startPeriod * 1000,
    powerW: schedule?.chargingRateUnit === 'A' ? limit * 690 : limit,
  }));
  return { status: 'Accepted' };
}

function say(station: Station, message: { readonly action: string; readonly payload: object }): void {
  station.queue.push({ ...message, queuedMs: performance.now() });
  void drain(station);
}

/** One after the other, as stations do; what was not answered is told again. */
async function drain(station: Station): Promise<void> {
  if (station.draining) return;
  station.draining = true;
  while (station.connection !== undefined && station.queue.length > 0) {
    const { action, payload, queuedMs } = station.queue[0]!;
    const outcome = await station.connection.callAny(action, payload);
    if (outcome.kind === 'result') {
      station.queue.shift();
      ackedMs.push(performance.now() - queuedMs);
      drainedMs = performance.now() - cutMs;
    } else if (outcome.kind === 'error') {
      refused += 1;
      await wait(100);
    } else {
      await wait(20);
    }
  }
  station.draining = false;
  if (station.connection !== undefined && station.queue.length > 0) void drain(station);
}

async function begin(station: Station): Promise<void> {
  const { who, connection } = station;
  const idTag = `CARD${who.stationId.slice(1)}`;
  const timestamp = new Date().toISOString();
  if (who.version === '1.6') {
    const started = await connection?.callAny('StartTransaction', {
      connectorId: 1,
      idTag,
      meterStart: 1_000,
      timestamp,
    });
    if (started?.kind !== 'result') throw new Error(`StartTransaction: ${JSON.stringify(started)}`);
    station.transaction = {
      ref: (started.payload as { transactionId: number }).transactionId,
      seqNo: 0,
      registerWh: 1_000,
      meteredMs: Date.now(),
    };
    return;
  }
  station.transaction = { ref: `T-${who.stationId}`, seqNo: 0, registerWh: 1_000, meteredMs: Date.now() };
  const started = await connection?.callAny('TransactionEvent', {
    eventType: 'Started',
    timestamp,
    triggerReason: 'Authorized',
    seqNo: 0,
    transactionInfo: { transactionId: station.transaction.ref, chargingState: 'Charging' },
    idToken: { idToken: idTag, type: 'ISO14443' },
    evse: { id: 1, connectorId: 1 },
    meterValue: [{ timestamp, sampledValue: [{ value: 1_000, context: 'Transaction.Begin' }] }],
  });
  if (started?.kind !== 'result') throw new Error(`TransactionEvent: ${JSON.stringify(started)}`);
}

/** Register, power and current of three phases: what a station sends as a rule. */
function meter(station: Station, plusMs = 0, offline = false): { action: string; payload: object } {
  const { who, transaction } = station;
  if (transaction === undefined) throw new Error('No car charges here.');
  const nowMs = Date.now() + plusMs;
  const powerW = station.allowed.findLast(({ fromMs }) => fromMs <= nowMs)?.powerW ?? 0;
  transaction.registerWh += (powerW * Math.max(0, nowMs - transaction.meteredMs)) / 3_600_000;
  transaction.meteredMs = nowMs;
  transaction.seqNo += 1;
  const timestamp = new Date(nowMs).toISOString();
  const values = [
    { value: Math.round(transaction.registerWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    { value: Math.round(powerW), measurand: 'Power.Active.Import', unit: 'W' },
    ...['L1', 'L2', 'L3'].map((phase) => ({
      value: Math.round(powerW / 69) / 10,
      measurand: 'Current.Import',
      phase,
      unit: 'A',
    })),
  ];
  if (who.version === '1.6') {
    const sampledValue = values.map(({ value, ...rest }) => ({ value: String(value), ...rest }));
    const payload = {
      connectorId: 1,
      transactionId: transaction.ref,
      meterValue: [{ timestamp, sampledValue }],
    };
    return { action: 'MeterValues', payload };
  }
  const sampledValue = values.map(({ unit, ...rest }) => ({ ...rest, unitOfMeasure: { unit } }));
  return {
    action: 'TransactionEvent',
    payload: {
      eventType: 'Updated',
      timestamp,
      triggerReason: 'MeterValuePeriodic',
      seqNo: transaction.seqNo,
      offline,
      transactionInfo: { transactionId: transaction.ref, chargingState: 'Charging' },
      meterValue: [{ timestamp, sampledValue }],
    },
  };
}

const boot = ({ version }: Credentials) =>
  version === '1.6'
    ? { chargePointVendor: 'Acme', chargePointModel: 'One' }
    : { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'Two' } };

/** Told after a boot; after a short while without a line only what changed is told again (2.0.1 B04.FR.02). */
const available = ({ version }: Credentials) =>
  version === '1.6'
    ? { connectorId: 1, errorCode: 'NoError', status: 'Available' }
    : { timestamp: new Date().toISOString(), connectorStatus: 'Available', evseId: 1, connectorId: 1 };

function spread(valuesMs: readonly number[]): Latencies {
  const sorted = [...valuesMs].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1) };
}

answerParent(answers);
