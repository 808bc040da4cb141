/** OCPP 2.0.1 and 2.1 for a simulated station. */
import type { AnyConnection } from '@smac/ocpp';
import type { ClearFilter } from '../station/profiles/profile-store.ts';
import type { Station } from '../station/station.ts';
import type { StationEvent } from '../station/station-event.ts';
import type { TransactionEvent } from '../station/transaction.ts';
import {
  type Commands,
  changeAvailability,
  compositePeriods,
  evseOf,
  type Fields,
  install,
  remoteStart,
  remoteStop,
  reported,
} from './commands.ts';
import { type Variable, variables2x } from './configuration.ts';
import { meterValue2x } from './meter-words.ts';
import { type ProfileOnWire, present } from './profile-in.ts';
import type { Delivery, FaceHost, StationFace } from './station-face.ts';

const iso = (ms: number) => new Date(ms).toISOString();

export function face2x(host: FaceHost, station: Station, version: '2.0.1' | '2.1'): StationFace {
  const evseIds = station.evses.map(({ options }) => options.evseId);
  const variables = variables2x(station.options.limits, evseIds);
  let line: AnyConnection<'station'> | undefined;
  let localListVersion = 0;

  async function call(action: string, payload: Fields): Promise<Fields | 'error' | undefined> {
    const outcome = await line?.callAny(action, payload);
    if (outcome?.kind === 'result') return outcome.payload as Fields;
    return outcome?.kind === 'error' || outcome?.kind === 'bad-answer' || outcome?.kind === 'invalid'
      ? 'error'
      : undefined;
  }

  const sendStatus = async (evseId: number) => {
    const connectorStatus = host.act((now) => now.status(evseId));
    await call('StatusNotification', { timestamp: iso(host.now()), connectorStatus, evseId, connectorId: 1 });
  };

  const soc = (evseId: number) => {
    const { car, speaksDigital } = station.evse(evseId);
    return car?.vehicle.tellsSoc && speaksDigital ? car.soc : undefined;
  };

  async function deliver(event: TransactionEvent): Promise<Delivery> {
    const { evseId, reading } = event;
    const context =
      event.eventType === 'Started'
        ? 'Transaction.Begin'
        : event.eventType === 'Ended'
          ? 'Transaction.End'
          : 'Sample.Periodic';
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
      ...(event.idToken === undefined ? {} : { idToken: { idToken: event.idToken, type: 'ISO14443' } }),
      meterValue: [meterValue2x(reading, context, soc(evseId), event.signedValue)],
    });
    if (answer === undefined) return 'again';
    if (answer === 'error') return 'dropped';
    const info = answer.idTokenInfo as { readonly status: string } | undefined;
    if (info !== undefined && info.status !== 'Accepted' && event.eventType !== 'Ended') {
      host.act((now) => now.stop(evseId, 'DeAuthorized', 'Deauthorized'));
    }
    return 'delivered';
  }

  const refusal = (reasonCode: string, additionalInfo?: string) => ({
    status: 'Rejected',
    statusInfo: {
      reasonCode: reasonCode.slice(0, 20),
      ...(additionalInfo === undefined ? {} : { additionalInfo: additionalInfo.slice(0, 500) }),
    },
  });

  const commands: Commands = {
    RequestStartTransaction: ({ evseId, idToken, remoteStartId, chargingProfile }) => ({
      status: remoteStart(host, {
        evseId: evseId as number | undefined,
        idToken: (idToken as { readonly idToken: string }).idToken,
        remoteStartId: remoteStartId as number,
        ...(chargingProfile === undefined ? {} : { profile: chargingProfile as ProfileOnWire }),
      })
        ? 'Accepted'
        : 'Rejected',
    }),
    RequestStopTransaction: ({ transactionId }) => ({
      status: remoteStop(host, String(transactionId)) ? 'Accepted' : 'Rejected',
    }),
    SetChargingProfile: ({ evseId, chargingProfile }) => {
      const wire = chargingProfile as ProfileOnWire;
      const named = wire.transactionId as string | undefined;
      if (named !== undefined && host.act((now) => evseOf(now, named)) === undefined)
        return refusal('TxNotFound');
      const refused = install(host, evseId as number, wire);
      return refused === undefined ? { status: 'Accepted' } : refusal(refused.code, refused.message);
    },
    ClearChargingProfile: ({ chargingProfileId, chargingProfileCriteria }) => {
      const criteria = (chargingProfileCriteria ?? {}) as Fields;
      const filter: ClearFilter = present({
        id: chargingProfileId as number | undefined,
        evseId: criteria.evseId as number | undefined,
        purpose: criteria.chargingProfilePurpose as ClearFilter['purpose'],
        stackLevel: criteria.stackLevel as number | undefined,
      });
      return { status: host.act((now) => now.clear(filter)) > 0 ? 'Accepted' : 'Unknown' };
    },
    GetChargingProfiles: ({ requestId, evseId, chargingProfile }, afterAnswer) => {
      const criteria = chargingProfile as Fields;
      const ids = criteria.chargingProfileId as readonly number[] | undefined;
      const found = reported(
        station.installed,
        ({ profile, evseId: at }) =>
          (evseId === undefined || at === evseId) &&
          (ids === undefined || ids.includes(profile.id)) &&
          (criteria.chargingProfilePurpose === undefined ||
            profile.chargingProfilePurpose === criteria.chargingProfilePurpose) &&
          (criteria.stackLevel === undefined || profile.stackLevel === criteria.stackLevel),
      );
      if (found.size === 0) return { status: 'NoProfiles' };
      afterAnswer(() => void reportProfiles(requestId as number, [...found]));
      return { status: 'Accepted' };
    },
    GetCompositeSchedule: ({ evseId, duration, chargingRateUnit }) => {
      const id = evseId as number;
      const unit = (chargingRateUnit ?? station.options.limits.units[0]) as 'A' | 'W';
      if (!station.options.limits.units.includes(unit)) return refusal('UnsupportedRateUnit');
      if (id !== 0 && !evseIds.includes(id)) return refusal('UnknownEvse');
      const startMs = Math.floor(host.now() / 1000) * 1000;
      const periods = host.act((now) => compositePeriods(now, id, unit, duration as number, startMs));
      return {
        status: 'Accepted',
        schedule: {
          evseId: id,
          duration,
          scheduleStart: iso(startMs),
          chargingRateUnit: unit,
          chargingSchedulePeriod: periods.map((period) =>
            version === '2.1'
              ? period
              : present({
                  startPeriod: period.startPeriod,
                  limit: period.limit,
                  numberPhases: period.numberPhases,
                }),
          ),
        },
      };
    },
    UsePriorityCharging: ({ transactionId, activate }, afterAnswer) =>
      host.act((now) => {
        const evseId = evseOf(now, String(transactionId));
        if (evseId === undefined) return refusal('TxNotFound');
        const result = now.setPriority(evseId, activate as boolean);
        if (result === 'NoProfile') return { status: 'NoProfile' };
        afterAnswer(() => void call('NotifyPriorityCharging', { transactionId, activated: activate }));
        return { status: 'Accepted' };
      }),
    UpdateDynamicSchedule: ({ chargingProfileId, scheduleUpdate }) => {
      const refused = host.act((now) =>
        now.updateDynamic(chargingProfileId as number, scheduleUpdate as Fields),
      );
      return refused === undefined ? { status: 'Accepted' } : refusal(refused.code, refused.message);
    },
    AFRRSignal: ({ signal }) => {
      const hasCurve = station.installed.some(({ profile }) =>
        profile.chargingSchedule.some(({ chargingSchedulePeriod }) =>
          chargingSchedulePeriod.some(({ v2xSignalWattCurve }) => v2xSignalWattCurve !== undefined),
        ),
      );
      if (!hasCurve) return refusal('NoSignalWattCurve');
      host.act((now) => now.afrr(signal as number));
      return { status: 'Accepted' };
    },
    NotifyAllowedEnergyTransfer: () => ({ status: 'Accepted' }),
    GetVariables: ({ getVariableData }) => ({
      getVariableResult: (getVariableData as readonly Fields[]).map((asked) => {
        const found = find(asked);
        const status =
          found === undefined
            ? 'UnknownVariable'
            : found.variable === 'BasicAuthPassword'
              ? 'Rejected'
              : 'Accepted';
        return {
          attributeStatus: status,
          component: asked.component,
          variable: asked.variable,
          ...(status === 'Accepted' ? { attributeValue: found?.value } : {}),
        };
      }),
    }),
    SetVariables: ({ setVariableData }) => ({
      setVariableResult: (setVariableData as readonly Fields[]).map((asked) => ({
        attributeStatus: setVariable(asked),
        component: asked.component,
        variable: asked.variable,
      })),
    }),
    GetBaseReport: ({ requestId }, afterAnswer) => {
      afterAnswer(() => void reportVariables(requestId as number));
      return { status: 'Accepted' };
    },
    GetReport: ({ requestId }, afterAnswer) => {
      afterAnswer(() => void reportVariables(requestId as number));
      return { status: 'Accepted' };
    },
    ChangeAvailability: ({ operationalStatus, evse }) => ({
      status: changeAvailability(
        host,
        (evse as { readonly id: number } | undefined)?.id,
        operationalStatus === 'Operative',
      ),
    }),
    TriggerMessage: ({ requestedMessage, evse }, afterAnswer) => {
      const ids = evse === undefined ? evseIds : [(evse as { readonly id: number }).id];
      const say: Readonly<Record<string, () => void>> = {
        StatusNotification: () => void Promise.all(ids.map(sendStatus)),
        Heartbeat: () => void call('Heartbeat', {}),
        MeterValues: () => {
          for (const evseId of ids) {
            void call('MeterValues', {
              evseId,
              meterValue: [
                meterValue2x(
                  host.act((now) => now.read(evseId)),
                  'Other',
                  soc(evseId),
                ),
              ],
            });
          }
        },
      };
      const fire = say[requestedMessage as string];
      if (fire === undefined) return { status: 'NotImplemented' };
      afterAnswer(fire);
      return { status: 'Accepted' };
    },
    Reset: (_payload, afterAnswer) => {
      afterAnswer(() => host.restart());
      return { status: 'Accepted' };
    },
    UnlockConnector: ({ evseId }) =>
      host.act((now) => now.transaction(evseId as number)) === undefined
        ? { status: 'Unlocked' }
        : { status: 'OngoingAuthorizedTransaction' },
    GetTransactionStatus: ({ transactionId }) => ({
      messagesInQueue: station.journal.waiting.some(
        (event) => transactionId === undefined || event.transactionId === transactionId,
      ),
      ...(transactionId === undefined
        ? {}
        : { ongoingIndicator: host.act((now) => evseOf(now, String(transactionId))) !== undefined }),
    }),
    ClearCache: () => ({ status: 'Accepted' }),
    GetLocalListVersion: () => ({ versionNumber: localListVersion }),
    SendLocalList: ({ versionNumber }) => {
      localListVersion = versionNumber as number;
      return { status: 'Accepted' };
    },
    GetLog: ({ requestId }, afterAnswer) => {
      afterAnswer(
        () => void progress('LogStatusNotification', ['Uploading', 'Uploaded'], requestId as number),
      );
      return { status: 'Accepted', filename: `${station.options.id}.log` };
    },
    UpdateFirmware: ({ requestId }, afterAnswer) => {
      const steps = ['Downloading', 'Downloaded', 'Installing', 'Installed'];
      afterAnswer(() => void progress('FirmwareStatusNotification', steps, requestId as number));
      return { status: 'Accepted' };
    },
    ReserveNow: () => ({ status: 'Rejected' }),
    CancelReservation: () => ({ status: 'Rejected' }),
    DataTransfer: () => ({ status: 'UnknownVendorId' }),
    CostUpdated: () => ({}),
  };

  async function progress(action: string, statuses: readonly string[], requestId: number): Promise<void> {
    for (const status of statuses) await call(action, { status, requestId });
  }

  async function reportProfiles(
    requestId: number,
    found: readonly (readonly [
      number,
      readonly { readonly profile: { readonly chargingProfilePurpose: string } }[],
    ])[],
  ): Promise<void> {
    for (const [n, [evseId, installed]] of found.entries()) {
      await call('ReportChargingProfiles', {
        requestId,
        evseId,
        chargingLimitSource: 'CSO',
        tbc: n < found.length - 1,
        chargingProfile: installed.map(({ profile }) => profileOut(profile as unknown as Fields)),
      });
    }
  }

  function find(asked: Fields): Variable | undefined {
    const component = asked.component as { readonly name: string; readonly evse?: { readonly id: number } };
    const variable = asked.variable as { readonly name: string; readonly instance?: string };
    return variables.find(
      (each) =>
        each.component === component.name &&
        each.variable === variable.name &&
        (variable.instance === undefined || each.instance === variable.instance) &&
        (component.evse === undefined || each.evseId === component.evse.id),
    );
  }

  function setVariable(asked: Fields): string {
    const found = find(asked);
    if (found === undefined) return 'UnknownVariable';
    if (found.isReadOnly) return 'Rejected';
    const value = asked.attributeValue as string;
    found.value = value;
    if (found.variable === 'BasicAuthPassword') host.takePassword(value);
    if (found.variable === 'HeartbeatInterval') host.setHeartbeat(Number(value));
    if (found.variable === 'TxUpdatedInterval') host.act((now) => now.setSampleInterval(Number(value)));
    return 'Accepted';
  }

  async function reportVariables(requestId: number): Promise<void> {
    await call('NotifyReport', {
      requestId,
      generatedAt: iso(host.now()),
      seqNo: 0,
      tbc: false,
      reportData: variables.map(({ component, evseId, variable, instance, value, isReadOnly }) => ({
        component: { name: component, ...(evseId === undefined ? {} : { evse: { id: evseId } }) },
        variable: { name: variable, ...(instance === undefined ? {} : { instance }) },
        variableAttribute: [
          {
            type: 'Actual',
            ...(variable === 'BasicAuthPassword'
              ? { mutability: 'WriteOnly' }
              : { value, mutability: isReadOnly ? 'ReadOnly' : 'ReadWrite' }),
          },
        ],
      })),
    });
  }

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

/** 2.0.1 has no word for a changed operation mode. */
function triggerOf(event: TransactionEvent): string {
  return event.trigger === 'OperationModeChanged' ? 'ChargingStateChanged' : event.trigger;
}

function scheduleOut(schedule: Fields): Fields {
  const { startScheduleMs, ...rest } = schedule;
  return { ...rest, ...(typeof startScheduleMs === 'number' ? { startSchedule: iso(startScheduleMs) } : {}) };
}

function profileOut(profile: Fields): Fields {
  const { validFromMs, validToMs, dynUpdateTimeMs, chargingSchedule, ...rest } = profile;
  return {
    ...rest,
    ...(typeof validFromMs === 'number' ? { validFrom: iso(validFromMs) } : {}),
    ...(typeof validToMs === 'number' ? { validTo: iso(validToMs) } : {}),
    ...(typeof dynUpdateTimeMs === 'number' ? { dynUpdateTime: iso(dynUpdateTimeMs) } : {}),
    chargingSchedule: (chargingSchedule as readonly Fields[]).map((schedule, n) =>
      scheduleOut({ id: n + 1, ...schedule }),
    ),
  };
}

type EnergyEvent = Extract<StationEvent, { readonly kind: 'energy-request' }>;

function needsOf(
  { evseId, request, display, atMs }: EnergyEvent,
  station: Station,
  version: '2.0.1' | '2.1',
): Fields {
  const evse = station.evse(evseId);
  const departureTime = request.departureS === undefined ? undefined : iso(atMs + request.departureS * 1000);
  const isDc = evse.options.currentType === 'DC';
  const { car } = evse;
  const percent = (share: number | undefined) => (share === undefined ? undefined : Math.round(share * 100));
  const canFeed = request.minimumV2xWh !== undefined;
  const acPhases = { 1: 'AC_single_phase', 2: 'AC_two_phase', 3: 'AC_three_phase' } as const;
  const mode = isDc
    ? version === '2.1' && canFeed
      ? 'DC_BPT'
      : 'DC'
    : version === '2.1' && canFeed
      ? 'AC_BPT'
      : acPhases[car?.connection.phases ?? 1];
  const maxCurrent = Math.floor(car?.vehicle.ac.maxCurrentA ?? 0);
  return {
    evseId,
    chargingNeeds: {
      requestedEnergyTransfer: mode,
      ...present({ departureTime }),
      ...(isDc
        ? {
            dcChargingParameters: present({
              evMaxCurrent: Math.floor(car?.vehicle.dc?.maxCurrentA ?? 0),
              evMaxVoltage: Math.floor((car?.vehicle.dc?.batteryV ?? 400) * 1.1),
              energyAmount: request.targetWh,
              stateOfCharge: percent(display.presentSoc),
              evEnergyCapacity: display.batteryCapacityWh,
            }),
          }
        : {
            acChargingParameters: {
              energyAmount: request.targetWh,
              evMinCurrent: 6,
              evMaxCurrent: maxCurrent,
              evMaxVoltage: 230,
            },
          }),
      ...(version === '2.1' && canFeed
        ? {
            v2xChargingParameters: present({
              maxChargePower: car?.connection.maxW,
              maxDischargePower: car?.connection.maxDischargeW,
              evTargetEnergyRequest: request.targetWh,
              minSoC: percent(display.minimumSoc),
              targetSoC: percent(display.targetSoc),
              maxSoC: percent(display.maximumSoc),
            }),
          }
        : {}),
    },
  };
}
