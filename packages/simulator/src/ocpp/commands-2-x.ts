/** What a back office may ask of a simulated station in OCPP 2.0.1 and 2.1, and the reports that follow an answer. */
import type { ClearFilter } from '../station/profiles/profile-store.ts';
import type { Station } from '../station/station.ts';
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
import type { Variable } from './configuration.ts';
import { type CarShown, meterValue2x } from './meter-words.ts';
import { type ProfileOnWire, present } from './profile-in.ts';
import type { FaceHost } from './station-face.ts';
import { iso, profileOut } from './words-2-x.ts';

export interface Commands2xOptions {
  readonly host: FaceHost;
  readonly station: Station;
  readonly version: '2.0.1' | '2.1';
  readonly variables: readonly Variable[];
  readonly call: (action: string, payload: Fields) => Promise<Fields | 'error' | undefined>;
  readonly sendStatus: (evseId: number) => Promise<void>;
  readonly shownBy: (evseId: number) => CarShown;
}

export function commands2x(options: Commands2xOptions): Commands {
  const { host, station, version, variables, call, sendStatus, shownBy } = options;
  const evseIds = station.evses.map(({ options: evse }) => evse.evseId);
  let localListVersion = 0;

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
                  shownBy(evseId),
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

  return commands;
}
