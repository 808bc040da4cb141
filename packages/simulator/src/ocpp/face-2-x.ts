/** OCPP 2.0.1 and 2.1 for a simulated station. */
import type { AnyConnection } from '@smac/ocpp';
import type { Station } from '../station/station.ts';
import type { StationEvent } from '../station/station-event.ts';
import type { TransactionEvent } from '../station/transaction.ts';
import type { Fields } from './commands.ts';
import { commands2x } from './commands-2-x.ts';
import { variables2x } from './configuration.ts';
import { type CarShown, meterValue2x } from './meter-words.ts';
import { present } from './profile-in.ts';
import type { Delivery, FaceHost, StationFace } from './station-face.ts';
import { evScheduleOf, iso, needsOf, scheduleOut, triggerOf } from './words-2-x.ts';

/** Somebody was authorised then. */
const PRESENTED: readonly TransactionEvent['trigger'][] = [
  'Authorized',
  'RemoteStart',
  'StopAuthorized',
  'Deauthorized',
];

export function face2x(host: FaceHost, station: Station, version: '2.0.1' | '2.1'): StationFace {
  const evseIds = station.evses.map(({ options }) => options.evseId);
  const variables = variables2x(station.options.limits, evseIds);
  let line: AnyConnection<'station'> | undefined;

  async function call(action: string, payload: Fields): Promise<Fields | 'error' | undefined> {
    const outcome = await host.track(async () => line?.callAny(action, payload));
    if (outcome?.kind === 'result') return outcome.payload as Fields;
    return outcome?.kind === 'error' || outcome?.kind === 'bad-answer' || outcome?.kind === 'invalid'
      ? 'error'
      : undefined;
  }

  const sendStatus = async (evseId: number) => {
    const connectorStatus = host.act((now) => now.status(evseId));
    await call('StatusNotification', { timestamp: iso(host.now()), connectorStatus, evseId, connectorId: 1 });
  };

  const shownBy = (evseId: number): CarShown => {
    const { car, speaksDigital } = station.evse(evseId);
    if (car === undefined || !car.vehicle.tellsSoc || !speaksDigital) return {};
    const { speaks, capacityWh } = car.vehicle;
    const tellsBattery = version === '2.1' && speaks === 'ISO 15118-20';
    return { soc: car.soc, ...(tellsBattery ? { batteryWh: capacityWh } : {}) };
  };

  /** Transactions whose card the back office knows. */
  const shown = new Set<string>();

  async function deliver(event: TransactionEvent): Promise<Delivery> {
    const { evseId, reading } = event;
    const context =
      event.eventType === 'Started'
        ? 'Transaction.Begin'
        : event.eventType === 'Ended'
          ? 'Transaction.End'
          : 'Sample.Periodic';
    // Told when somebody presented it, not with every event (TransactionEventRequest.idToken): the back office asks about it every time.
    const isShown = !shown.has(event.transactionId) || PRESENTED.includes(event.trigger);
    const mode = version === '2.1' ? host.act((now) => now.operationMode(evseId)) : undefined;
    const answer = await call('TransactionEvent', {
      eventType: event.eventType,
      timestamp: iso(event.atMs),
      triggerReason: triggerOf(event),
      seqNo: event.seqNo,
      offline: event.isOffline,
      transactionInfo: {
        transactionId: event.transactionId,
        chargingState: event.chargingState,
        ...present({
          remoteStartId: event.remoteStartId,
          stoppedReason: event.stopReason,
          operationMode: event.trigger === 'OperationModeChanged' ? mode : undefined,
        }),
      },
      evse: { id: evseId, connectorId: 1 },
      ...(isShown && event.idToken !== undefined
        ? { idToken: { idToken: event.idToken, type: 'ISO14443' } }
        : {}),
      meterValue: [meterValue2x(reading, context, shownBy(evseId), event.signedValue)],
    });
    if (answer === undefined) return 'again';
    if (event.idToken !== undefined) shown.add(event.transactionId);
    if (event.eventType === 'Ended') shown.delete(event.transactionId);
    if (answer === 'error') return 'dropped';
    const info = answer.idTokenInfo as { readonly status: string } | undefined;
    if (info !== undefined && info.status !== 'Accepted' && event.eventType !== 'Ended') {
      host.act((now) => now.stop(evseId, 'DeAuthorized', 'Deauthorized'));
    }
    return 'delivered';
  }

  const commands = commands2x({ host, station, version, variables, call, sendStatus, shownBy });

  async function tell(event: StationEvent): Promise<void> {
    if (event.kind === 'connector' || event.kind === 'fault') await sendStatus(event.evseId);
    if (event.kind === 'pull-due' && version === '2.1') {
      const answer = await call('PullDynamicScheduleUpdate', { chargingProfileId: event.profileId });
      if (answer !== undefined && answer !== 'error' && answer.status === 'Accepted') {
        host.act((now) => now.updateDynamic(event.profileId, answer.scheduleUpdate as Fields));
      }
    }
    if (event.kind === 'energy-request')
      await call('NotifyEVChargingNeeds', needsOf(event, station, version));
    if (event.kind === 'ev-schedule') {
      await call('NotifyEVChargingSchedule', {
        timeBase: iso(event.atMs),
        evseId: event.evseId,
        chargingSchedule: evScheduleOf(event),
      });
    }
    if (event.kind === 'charging-limit') {
      const source = 'EMS';
      const evse = event.evseId === 0 ? {} : { evseId: event.evseId };
      if (event.isCleared) {
        await call('ClearedChargingLimit', { chargingLimitSource: source, ...evse });
        return;
      }
      const installed = station.installed.find(({ profile }) => profile.id === event.profileId);
      const schedules = (installed?.profile.chargingSchedule ?? []).map((schedule, n) =>
        scheduleOut({ id: n + 1, ...schedule }),
      );
      await call('NotifyChargingLimit', {
        ...evse,
        chargingLimit: {
          chargingLimitSource: source,
          ...(version === '2.1' && event.isLocalGeneration ? { isLocalGeneration: true } : {}),
        },
        ...(schedules.length === 0 ? {} : { chargingSchedule: schedules }),
      });
    }
  }

  return {
    open(connection) {
      line = connection;
      connection.onAnyCall((action, payload, { afterAnswer }) => {
        const command = commands[action];
        return command === undefined ? host.refuse(action) : command(payload as Fields, afterAnswer);
      });
    },
    async boot(reason) {
      const { vendor, model, serial, firmware } = host.identity;
      const answer = await call('BootNotification', {
        reason,
        chargingStation: {
          vendorName: vendor,
          model,
          serialNumber: serial.slice(0, 25),
          firmwareVersion: firmware,
        },
      });
      if (answer === undefined || answer === 'error') return undefined;
      return { status: String(answer.status), interval: Number(answer.interval) };
    },
    async heartbeat() {
      await call('Heartbeat', {});
    },
    async authorise(idToken) {
      const answer = await call('Authorize', { idToken: { idToken, type: 'ISO14443' } });
      if (answer === undefined || answer === 'error') return undefined;
      return (answer.idTokenInfo as { readonly status: string }).status === 'Accepted';
    },
    status: sendStatus,
    deliver,
    tell,
  };
}
