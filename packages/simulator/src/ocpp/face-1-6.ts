/** OCPP 1.6J for a simulated station. EVSE n is connector n. */
import type { AnyConnection } from '@smac/ocpp';
import type { Station } from '../station/station.ts';
import type { StationEvent } from '../station/station-event.ts';
import type { TransactionEvent } from '../station/transaction.ts';
import {
  type Commands,
  changeAvailability,
  compositePeriods,
  type Fields,
  install,
  remoteStart,
  remoteStop,
} from './commands.ts';
import { keys16 } from './configuration.ts';
import { meterValue16 } from './meter-words.ts';
import type { ProfileOnWire } from './profile-in.ts';
import type { Delivery, FaceHost, StationFace } from './station-face.ts';

const STATES: Readonly<Record<string, string>> = {
  Idle: 'Finishing',
  EVConnected: 'Preparing',
  Charging: 'Charging',
  SuspendedEV: 'SuspendedEV',
  SuspendedEVSE: 'SuspendedEVSE',
};

const REASONS: Readonly<Record<string, string>> = {
  Local: 'Local',
  Remote: 'Remote',
  EVDisconnected: 'EVDisconnected',
  DeAuthorized: 'DeAuthorized',
  PowerLoss: 'PowerLoss',
  Reboot: 'Reboot',
  EmergencyStop: 'EmergencyStop',
};

/** Tries before a message that the back office answers with an error is given up (1.6 TransactionMessageAttempts). */
const ATTEMPTS = 3;

export function face16(host: FaceHost, station: Station): StationFace {
  const keys = keys16(station.options.limits, station.evses.length);
  let line: AnyConnection<'station'> | undefined;
  let localListVersion = 0;
  let attempts = 0;
  const iso = (ms: number) => new Date(ms).toISOString();

  async function call(action: string, payload: Fields): Promise<Fields | 'error' | undefined> {
    const outcome = await host.track(async () => line?.callAny(action, payload));
    if (outcome?.kind === 'result') return outcome.payload as Fields;
    return outcome?.kind === 'error' || outcome?.kind === 'bad-answer' || outcome?.kind === 'invalid'
      ? 'error'
      : undefined;
  }

  function statusOf(evseId: number): { readonly status: string; readonly errorCode: string } {
    return host.act((now) => {
      const status = now.status(evseId);
      if (status === 'Faulted')
        return {
          status: 'Faulted',
          errorCode: now.evse(evseId).hasTripped ? 'OverCurrentFailure' : 'EVCommunicationError',
        };
      if (status !== 'Occupied') return { status, errorCode: 'NoError' };
      const runs = now.transaction(evseId) !== undefined;
      const state = now.chargingState(evseId);
      return { status: runs ? (STATES[state] ?? 'Preparing') : 'Preparing', errorCode: 'NoError' };
    });
  }

  const sendStatus = async (evseId: number) => {
    await call('StatusNotification', {
      connectorId: evseId,
      ...statusOf(evseId),
      timestamp: iso(host.now()),
    });
  };

  const soc = (evseId: number) => {
    const { car, speaksDigital } = station.evse(evseId);
    return car?.vehicle.tellsSoc && speaksDigital ? car.soc : undefined;
  };

  async function deliver(event: TransactionEvent): Promise<Delivery> {
    const { evseId, reading } = event;
    if (event.eventType === 'Started') {
      const answer = await call('StartTransaction', {
        connectorId: evseId,
        idTag: event.idToken ?? '',
        meterStart: reading.importWh,
        timestamp: iso(event.atMs),
      });
      if (answer === undefined || answer === 'error') return failed(answer);
      const id = String(answer.transactionId);
      host.act((now) => {
        now.journal.rename(event.transactionId, id);
        if (now.transaction(evseId)?.id === event.transactionId) now.renameTransaction(evseId, id);
        const { status } = answer.idTagInfo as { readonly status: string };
        if (status !== 'Accepted') now.stop(evseId, 'DeAuthorized', 'Deauthorized');
      });
      return 'delivered';
    }
    if (event.eventType === 'Ended') {
      const answer = await call('StopTransaction', {
        transactionId: Number(event.transactionId),
        meterStop: reading.importWh,
        timestamp: iso(event.atMs),
        reason: REASONS[event.stopReason ?? 'Local'] ?? 'Other',
        transactionData: [meterValue16(reading, 'Transaction.End', soc(evseId), event.signedValue)],
      });
      if (answer === undefined || answer === 'error') return failed(answer);
      if (!event.isOffline) await sendStatus(evseId);
      return 'delivered';
    }
    if (event.trigger === 'MeterValuePeriodic') {
      const answer = await call('MeterValues', {
        connectorId: evseId,
        transactionId: Number(event.transactionId),
        meterValue: [meterValue16(reading, 'Sample.Periodic', soc(evseId))],
      });
      return answer === undefined || answer === 'error' ? failed(answer) : 'delivered';
    }
    // What changed meanwhile is old news: 1.6 tells the present state.
    if (!event.isOffline) await sendStatus(evseId);
    return 'delivered';
  }

  function failed(answer: 'error' | undefined): Delivery {
    attempts += 1;
    if (answer === undefined || attempts < ATTEMPTS) return 'again';
    attempts = 0;
    return 'dropped';
  }

  const commands: Commands = {
    RemoteStartTransaction: ({ connectorId, idTag, chargingProfile }) => ({
      status: remoteStart(host, {
        evseId: connectorId as number | undefined,
        idToken: idTag as string,
        ...(chargingProfile === undefined ? {} : { profile: chargingProfile as ProfileOnWire }),
      })
        ? 'Accepted'
        : 'Rejected',
    }),
    RemoteStopTransaction: ({ transactionId }) => ({
      status: remoteStop(host, String(transactionId)) ? 'Accepted' : 'Rejected',
    }),
    SetChargingProfile: ({ connectorId, csChargingProfiles }) => {
      const refusal = install(host, connectorId as number, csChargingProfiles as ProfileOnWire);
      if (refusal === undefined) return { status: 'Accepted' };
      return { status: refusal.code === 'NotEnabled' ? 'NotSupported' : 'Rejected' };
    },
    ClearChargingProfile: ({ id, connectorId, chargingProfilePurpose, stackLevel }) => {
      const purpose =
        chargingProfilePurpose === 'ChargePointMaxProfile'
          ? 'ChargingStationMaxProfile'
          : chargingProfilePurpose;
      const filter = { id, evseId: connectorId, purpose, stackLevel };
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
      return { status: host.act((now) => now.clear(given)) > 0 ? 'Accepted' : 'Unknown' };
    },
    GetCompositeSchedule: ({ connectorId, duration, chargingRateUnit }) => {
      const evseId = connectorId as number;
      const unit = (chargingRateUnit ?? station.options.limits.units[0]) as 'A' | 'W';
      if (!station.options.limits.units.includes(unit)) return { status: 'Rejected' };
      const startMs = Math.floor(host.now() / 1000) * 1000;
      const periods = host.act((now) => compositePeriods(now, evseId, unit, duration as number, startMs));
      return {
        status: 'Accepted',
        connectorId: evseId,
        scheduleStart: iso(startMs),
        chargingSchedule: {
          duration,
          startSchedule: iso(startMs),
          chargingRateUnit: unit,
          chargingSchedulePeriod: periods.map(({ startPeriod, limit, numberPhases }) => ({
            startPeriod,
            limit,
            ...(numberPhases === undefined ? {} : { numberPhases }),
          })),
        },
      };
    },
    GetConfiguration: ({ key }) => {
      const wanted = (key as readonly string[] | undefined) ?? [...keys.keys()];
      return {
        configurationKey: wanted.flatMap((name) => {
          const known = keys.get(name);
          return known ? [{ key: name, readonly: known.isReadOnly, value: known.value }] : [];
        }),
        unknownKey: wanted.filter((name) => !keys.has(name)),
      };
    },
    ChangeConfiguration: ({ key, value }) => {
      const text = value as string;
      if (key === 'AuthorizationKey') {
        host.takePassword(Buffer.from(text, 'hex'));
        return { status: 'Accepted' };
      }
      const known = keys.get(key as string);
      if (known === undefined) return { status: 'NotSupported' };
      if (known.isReadOnly) return { status: 'Rejected' };
      known.value = text;
      if (key === 'HeartbeatInterval') host.setHeartbeat(Number(text));
      if (key === 'MeterValueSampleInterval') host.act((now) => now.setSampleInterval(Number(text)));
      return { status: 'Accepted' };
    },
    ChangeAvailability: ({ connectorId, type }) => ({
      status: changeAvailability(host, connectorId as number, type === 'Operative'),
    }),
    TriggerMessage: ({ requestedMessage, connectorId }, afterAnswer) => {
      const evseIds =
        connectorId === undefined
          ? station.evses.map(({ options }) => options.evseId)
          : [connectorId as number];
      if (requestedMessage === 'StatusNotification') {
        afterAnswer(() => void Promise.all(evseIds.map(sendStatus)));
        return { status: 'Accepted' };
      }
      if (requestedMessage === 'Heartbeat') {
        afterAnswer(() => void call('Heartbeat', {}));
        return { status: 'Accepted' };
      }
      if (requestedMessage === 'MeterValues') {
        afterAnswer(() => {
          for (const evseId of evseIds) {
            const running = host.act((now) => now.transaction(evseId));
            void call('MeterValues', {
              connectorId: evseId,
              ...(running && /^\d+$/.test(running.id) ? { transactionId: Number(running.id) } : {}),
              meterValue: [
                meterValue16(
                  host.act((now) => now.read(evseId)),
                  'Sample.Periodic',
                  soc(evseId),
                ),
              ],
            });
          }
        });
        return { status: 'Accepted' };
      }
      return { status: 'NotImplemented' };
    },
    Reset: (_payload, afterAnswer) => {
      afterAnswer(() => host.restart());
      return { status: 'Accepted' };
    },
    UnlockConnector: ({ connectorId }) => {
      host.act((now) => now.stop(connectorId as number, 'Other', 'RemoteStop'));
      return { status: 'Unlocked' };
    },
    ClearCache: () => ({ status: 'Accepted' }),
    GetLocalListVersion: () => ({ listVersion: localListVersion }),
    SendLocalList: ({ listVersion }) => {
      localListVersion = listVersion as number;
      return { status: 'Accepted' };
    },
    GetDiagnostics: (_payload, afterAnswer) => {
      afterAnswer(() => void progress('DiagnosticsStatusNotification', ['Uploading', 'Uploaded']));
      return { fileName: `${station.options.id}.log` };
    },
    UpdateFirmware: (_payload, afterAnswer) => {
      afterAnswer(
        () =>
          void progress('FirmwareStatusNotification', [
            'Downloading',
            'Downloaded',
            'Installing',
            'Installed',
          ]),
      );
      return {};
    },
    ReserveNow: () => ({ status: 'Rejected' }),
    CancelReservation: () => ({ status: 'Rejected' }),
    DataTransfer: () => ({ status: 'UnknownVendorId' }),
  };

  async function progress(action: string, statuses: readonly string[]): Promise<void> {
    for (const status of statuses) await call(action, { status });
  }

  return {
    open(connection) {
      line = connection;
      connection.onAnyCall((action, payload, { afterAnswer }) => {
        const command = commands[action];
        return command === undefined ? host.refuse(action) : command(payload as Fields, afterAnswer);
      });
    },
    async boot() {
      const { vendor, model, serial, firmware } = host.identity;
      const answer = await call('BootNotification', {
        chargePointVendor: vendor,
        chargePointModel: model,
        chargePointSerialNumber: serial,
        firmwareVersion: firmware,
      });
      if (answer === undefined || answer === 'error') return undefined;
      return { status: String(answer.status), interval: Number(answer.interval) };
    },
    async heartbeat() {
      await call('Heartbeat', {});
    },
    async authorise(idToken) {
      const answer = await call('Authorize', { idTag: idToken });
      if (answer === undefined || answer === 'error') return undefined;
      return (answer.idTagInfo as { readonly status: string }).status === 'Accepted';
    },
    status: sendStatus,
    deliver,
    async tell(event: StationEvent) {
      if (event.kind === 'connector' || event.kind === 'fault') await sendStatus(event.evseId);
    },
  };
}
