import type { OcppVersion } from '../versions/index.ts';
import type { KnownAction } from './payloads.ts';

/** Who may begin an exchange: the station, the CSMS, or either of them. */
export type Initiator = 'station' | 'csms' | 'both';

/** All 39 actions of 1.6: OCPP 1.6 sections 4 and 5, security whitepaper edition 3 section 5. */
export const initiators16 = {
  Authorize: 'station',
  BootNotification: 'station',
  CancelReservation: 'csms',
  ChangeAvailability: 'csms',
  ChangeConfiguration: 'csms',
  ClearCache: 'csms',
  ClearChargingProfile: 'csms',
  DataTransfer: 'both',
  DiagnosticsStatusNotification: 'station',
  FirmwareStatusNotification: 'station',
  GetCompositeSchedule: 'csms',
  GetConfiguration: 'csms',
  GetDiagnostics: 'csms',
  GetLocalListVersion: 'csms',
  Heartbeat: 'station',
  MeterValues: 'station',
  RemoteStartTransaction: 'csms',
  RemoteStopTransaction: 'csms',
  ReserveNow: 'csms',
  Reset: 'csms',
  SendLocalList: 'csms',
  SetChargingProfile: 'csms',
  StartTransaction: 'station',
  StatusNotification: 'station',
  StopTransaction: 'station',
  TriggerMessage: 'csms',
  UnlockConnector: 'csms',
  UpdateFirmware: 'csms',
  CertificateSigned: 'csms',
  DeleteCertificate: 'csms',
  ExtendedTriggerMessage: 'csms',
  GetInstalledCertificateIds: 'csms',
  GetLog: 'csms',
  InstallCertificate: 'csms',
  LogStatusNotification: 'station',
  SecurityEventNotification: 'station',
  SignCertificate: 'station',
  SignedFirmwareStatusNotification: 'station',
  SignedUpdateFirmware: 'csms',
} as const satisfies Record<KnownAction<'1.6'>, Initiator>;

/** All 64 actions of 2.0.1: OCPP 2.0.1 part 2 section 1. */
export const initiators201 = {
  Authorize: 'station',
  BootNotification: 'station',
  CancelReservation: 'csms',
  CertificateSigned: 'csms',
  ChangeAvailability: 'csms',
  ClearCache: 'csms',
  ClearChargingProfile: 'csms',
  ClearDisplayMessage: 'csms',
  ClearedChargingLimit: 'station',
  ClearVariableMonitoring: 'csms',
  CostUpdated: 'csms',
  CustomerInformation: 'csms',
  DataTransfer: 'both',
  DeleteCertificate: 'csms',
  FirmwareStatusNotification: 'station',
  Get15118EVCertificate: 'station',
  GetBaseReport: 'csms',
  GetCertificateStatus: 'station',
  GetChargingProfiles: 'csms',
  GetCompositeSchedule: 'csms',
  GetDisplayMessages: 'csms',
  GetInstalledCertificateIds: 'csms',
  GetLocalListVersion: 'csms',
  GetLog: 'csms',
  GetMonitoringReport: 'csms',
  GetReport: 'csms',
  GetTransactionStatus: 'csms',
  GetVariables: 'csms',
  Heartbeat: 'station',
  InstallCertificate: 'csms',
  LogStatusNotification: 'station',
  MeterValues: 'station',
  NotifyChargingLimit: 'station',
  NotifyCustomerInformation: 'station',
  NotifyDisplayMessages: 'station',
  NotifyEVChargingNeeds: 'station',
  NotifyEVChargingSchedule: 'station',
  NotifyEvent: 'station',
  NotifyMonitoringReport: 'station',
  NotifyReport: 'station',
  PublishFirmware: 'csms',
  PublishFirmwareStatusNotification: 'station',
  ReportChargingProfiles: 'station',
  RequestStartTransaction: 'csms',
  RequestStopTransaction: 'csms',
  ReservationStatusUpdate: 'station',
  ReserveNow: 'csms',
  Reset: 'csms',
  SecurityEventNotification: 'station',
  SendLocalList: 'csms',
  SetChargingProfile: 'csms',
  SetDisplayMessage: 'csms',
  SetMonitoringBase: 'csms',
  SetMonitoringLevel: 'csms',
  SetNetworkProfile: 'csms',
  SetVariableMonitoring: 'csms',
  SetVariables: 'csms',
  SignCertificate: 'station',
  StatusNotification: 'station',
  TransactionEvent: 'station',
  TriggerMessage: 'csms',
  UnlockConnector: 'csms',
  UnpublishFirmware: 'csms',
  UpdateFirmware: 'csms',
} as const satisfies Record<KnownAction<'2.0.1'>, Initiator>;

/** All 91 actions of 2.1: OCPP 2.1 part 2 section 1. `NotifyPeriodicEventStream` is the one message that is sent (type 6) and never answered. */
export const initiators21 = {
  AdjustPeriodicEventStream: 'csms',
  AFRRSignal: 'csms',
  Authorize: 'station',
  BatterySwap: 'station',
  BootNotification: 'station',
  CancelReservation: 'csms',
  CertificateSigned: 'csms',
  ChangeAvailability: 'csms',
  ChangeTransactionTariff: 'csms',
  ClearCache: 'csms',
  ClearChargingProfile: 'csms',
  ClearDERControl: 'csms',
  ClearDisplayMessage: 'csms',
  ClearedChargingLimit: 'station',
  ClearTariffs: 'csms',
  ClearVariableMonitoring: 'csms',
  ClosePeriodicEventStream: 'station',
  CostUpdated: 'csms',
  CustomerInformation: 'csms',
  DataTransfer: 'both',
  DeleteCertificate: 'csms',
  FirmwareStatusNotification: 'station',
  Get15118EVCertificate: 'station',
  GetBaseReport: 'csms',
  GetCertificateChainStatus: 'station',
  GetCertificateStatus: 'station',
  GetChargingProfiles: 'csms',
  GetCompositeSchedule: 'csms',
  GetDERControl: 'csms',
  GetDisplayMessages: 'csms',
  GetInstalledCertificateIds: 'csms',
  GetLocalListVersion: 'csms',
  GetLog: 'csms',
  GetMonitoringReport: 'csms',
  GetPeriodicEventStream: 'csms',
  GetReport: 'csms',
  GetTariffs: 'csms',
  GetTransactionStatus: 'csms',
  GetVariables: 'csms',
  Heartbeat: 'station',
  InstallCertificate: 'csms',
  LogStatusNotification: 'station',
  MeterValues: 'station',
  NotifyAllowedEnergyTransfer: 'csms',
  NotifyChargingLimit: 'station',
  NotifyCustomerInformation: 'station',
  NotifyDERAlarm: 'station',
  NotifyDERStartStop: 'station',
  NotifyDisplayMessages: 'station',
  NotifyEVChargingNeeds: 'station',
  NotifyEVChargingSchedule: 'station',
  NotifyEvent: 'station',
  NotifyMonitoringReport: 'station',
  NotifyPeriodicEventStream: 'station',
  NotifyPriorityCharging: 'station',
  NotifyReport: 'station',
  NotifySettlement: 'station',
  NotifyWebPaymentStarted: 'csms',
  OpenPeriodicEventStream: 'station',
  PublishFirmware: 'csms',
  PublishFirmwareStatusNotification: 'station',
  PullDynamicScheduleUpdate: 'station',
  ReportChargingProfiles: 'station',
  ReportDERControl: 'station',
  RequestBatterySwap: 'csms',
  RequestStartTransaction: 'csms',
  RequestStopTransaction: 'csms',
  ReservationStatusUpdate: 'station',
  ReserveNow: 'csms',
  Reset: 'csms',
  SecurityEventNotification: 'station',
  SendLocalList: 'csms',
  SetChargingProfile: 'csms',
  SetDefaultTariff: 'csms',
  SetDERControl: 'csms',
  SetDisplayMessage: 'csms',
  SetMonitoringBase: 'csms',
  SetMonitoringLevel: 'csms',
  SetNetworkProfile: 'csms',
  SetVariableMonitoring: 'csms',
  SetVariables: 'csms',
  SignCertificate: 'station',
  StatusNotification: 'station',
  TransactionEvent: 'station',
  TriggerMessage: 'csms',
  UnlockConnector: 'csms',
  UnpublishFirmware: 'csms',
  UpdateDynamicSchedule: 'csms',
  UpdateFirmware: 'csms',
  UsePriorityCharging: 'csms',
  VatNumberValidation: 'station',
} as const satisfies Record<KnownAction<'2.1'>, Initiator>;

interface InitiatorTables {
  '1.6': typeof initiators16;
  '2.0.1': typeof initiators201;
  '2.1': typeof initiators21;
}

const tables: { readonly [V in OcppVersion]: Readonly<Record<string, Initiator>> } = {
  '1.6': initiators16,
  '2.0.1': initiators201,
  '2.1': initiators21,
};

/** The message of 2.1 that is sent with type 6 (SEND) and never answered (OCPP 2.1 part 4 section 4.2.5). */
export const unansweredAction = 'NotifyPeriodicEventStream';
export type UnansweredAction = typeof unansweredAction;

/** Every action of a version that is answered. */
export type Action<V extends OcppVersion> = Exclude<keyof InitiatorTables[V] & string, UnansweredAction>;

type InitiatedBy<V extends OcppVersion, Side extends Initiator> = {
  [A in Action<V>]: A extends keyof InitiatorTables[V]
    ? InitiatorTables[V][A] extends Side | 'both'
      ? A
      : never
    : never;
}[Action<V>];

/** Actions that a CSMS may call on a station. */
export type CsmsAction<V extends OcppVersion> = InitiatedBy<V, 'csms'>;
/** Actions that a station may call on its CSMS. */
export type StationAction<V extends OcppVersion> = InitiatedBy<V, 'station'>;

/** The names of all actions of a version, unanswered ones included. */
export function actionsOf(version: OcppVersion): readonly string[] {
  return Object.keys(tables[version]);
}

/** Who may begin this action, or null when the version has no such action (`__proto__` is none). */
export function initiatorOf(version: OcppVersion, action: string): Initiator | null {
  return Object.hasOwn(tables[version], action) ? (tables[version][action] ?? null) : null;
}

/** Whether this side may begin this action. */
export function mayInitiate(version: OcppVersion, action: string, side: 'csms' | 'station'): boolean {
  const initiator = initiatorOf(version, action);
  return initiator === side || initiator === 'both';
}
