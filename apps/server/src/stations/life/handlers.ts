import type { Request } from '@smac/ocpp';
import { signCertificate } from '../certificates/sign.ts';
import type { Registration } from '../event.ts';
import { plainText } from '../plain-text.ts';
import type { RequestContext, RequestHandlers } from '../room.ts';
import { stationTime } from '../station-time.ts';
import { boot, boot2, boot16 } from './boot.ts';
import { derHandlers } from './der-events.ts';
import { putVariables, variablesOf } from './device-model.ts';
import { type House, iso } from './house.ts';
import { putProgress } from './progress.ts';
import { securityEvent } from './security-event.ts';

/** What happens after a boot was answered. */
export type AfterBoot = (context: RequestContext, registration: Registration) => void;
type Report = (
  context: RequestContext,
  payload: Request<'2.0.1', 'NotifyReport'> | Request<'2.1', 'NotifyReport'>,
) => Promise<void>;
type NotifyEvent = Request<'2.0.1', 'NotifyEvent'> | Request<'2.1', 'NotifyEvent'>;

/** The messages of a station's life, in all versions; transactions, meter values and the like belong to other rooms. */
export function lifeHandlers(house: House, afterBoot: AfterBoot, report: Report): RequestHandlers {
  const heartbeat = async () => ({ currentTime: iso(house.clock.now()) });
  const empty = async () => ({});
  const noData = async () => ({ status: 'UnknownVendorId' as const });

  const shared = {
    BootNotification: (
      payload: Request<'2.0.1', 'BootNotification'> | Request<'2.1', 'BootNotification'>,
      context: RequestContext,
    ) => boot(house, context, boot2(payload), (registration) => afterBoot(context, registration)),
    Heartbeat: heartbeat,
    async StatusNotification(
      payload: Request<'2.0.1', 'StatusNotification'>,
      context: RequestContext,
    ): Promise<object> {
      const { evseId, connectorId, connectorStatus, timestamp } = payload;
      await house.statuses.put(context, {
        evseId,
        connectorId,
        status: connectorStatus,
        errorCode: null,
        info: null,
        timestamp,
      });
      return {};
    },
    async NotifyReport(
      payload: Request<'2.0.1', 'NotifyReport'> | Request<'2.1', 'NotifyReport'>,
      context: RequestContext,
    ) {
      await report(context, payload);
      return {};
    },
    async NotifyEvent(payload: NotifyEvent, context: RequestContext) {
      await events(house, context, payload);
      return {};
    },
    async FirmwareStatusNotification(
      payload: Request<'2.0.1', 'FirmwareStatusNotification'>,
      context: RequestContext,
    ) {
      await putProgress(house, context, 'firmware', payload.status, payload.requestId);
      return {};
    },
    async PublishFirmwareStatusNotification(
      payload: Request<'2.0.1', 'PublishFirmwareStatusNotification'>,
      context: RequestContext,
    ) {
      await putProgress(
        house,
        context,
        'firmware-publication',
        payload.status,
        payload.requestId,
        payload.location?.join(' '),
      );
      return {};
    },
    async LogStatusNotification(
      payload: Request<'1.6' | '2.0.1', 'LogStatusNotification'>,
      context: RequestContext,
    ) {
      await putProgress(house, context, 'log', payload.status, payload.requestId);
      return {};
    },
    async SecurityEventNotification(
      payload: { readonly type: string; readonly timestamp: string; readonly techInfo?: string },
      context: RequestContext,
    ) {
      await securityEvent(house, context, payload);
      return {};
    },
    SignCertificate: (
      payload: { readonly csr: string; readonly certificateType?: string },
      context: RequestContext,
    ) => signCertificate(house, context, payload.csr, payload.certificateType),
    // Without an OCSP client of its own the server says honestly that it does not know (C07, M06).
    GetCertificateStatus: async () => ({
      status: 'Failed' as const,
      statusInfo: { reasonCode: 'NotConfigured', additionalInfo: 'no OCSP responder is configured' },
    }),
    Get15118EVCertificate: async () => ({ status: 'Failed' as const, exiResponse: '' }),
    NotifyMonitoringReport: empty,
    NotifyCustomerInformation: empty,
    NotifyDisplayMessages: empty,
    DataTransfer: noData,
  };

  return {
    '1.6': {
      BootNotification: (payload, context) =>
        boot(house, context, boot16(payload), (registration) => afterBoot(context, registration)),
      Heartbeat: heartbeat,
      async StatusNotification(payload, context) {
        // A connector of 1.6 is an EVSE with one connector; 0 is the whole station.
        const { connectorId: evseId, status, errorCode, info, timestamp } = payload;
        const connectorId = evseId === 0 ? 0 : 1;
        await house.statuses.put(context, {
          evseId,
          connectorId,
          status,
          errorCode: errorCode === 'NoError' ? null : errorCode,
          info: info ?? payload.vendorErrorCode ?? null,
          timestamp,
        });
        return {};
      },
      async FirmwareStatusNotification({ status }, context) {
        await putProgress(house, context, 'firmware', status, undefined);
        return {};
      },
      async SignedFirmwareStatusNotification({ status, requestId }, context) {
        await putProgress(house, context, 'firmware', status, requestId);
        return {};
      },
      async DiagnosticsStatusNotification({ status }, context) {
        await putProgress(house, context, 'diagnostics', status, undefined);
        return {};
      },
      LogStatusNotification: shared.LogStatusNotification,
      SecurityEventNotification: shared.SecurityEventNotification,
      SignCertificate: shared.SignCertificate,
      DataTransfer: noData,
    },
    '2.0.1': shared,
    '2.1': {
      ...shared,
      ...derHandlers(house),
      // The hashes come back as they were asked about; "not known" is a valid word for each.
      GetCertificateChainStatus: async ({ certificateStatusRequests }, { receivedMs }) => ({
        certificateStatus: certificateStatusRequests.map(({ certificateHashData, source }) => ({
          certificateHashData,
          source,
          status: 'Failed' as const,
          nextUpdate: iso(receivedMs + 24 * 3_600_000),
        })),
      }),
    },
  };
}

/** N07 and the 2.1 way to tell the state of a connector: values go into the device model, alerts become events. */
async function events(house: House, context: RequestContext, { eventData }: NotifyEvent): Promise<void> {
  const { stationId, receivedMs } = context;
  for (const event of eventData) {
    const { component, variable, actualValue, timestamp, trigger } = event;
    const [row] = variablesOf({ component, variable, variableAttribute: [{ value: actualValue }] });
    if (row) await putVariables(house.store.db, stationId, [row], receivedMs);
    if (variable.name === 'AvailabilityState' && component.evse !== undefined) {
      await house.statuses.put(context, {
        evseId: component.evse.id,
        connectorId: component.evse.connectorId ?? 0,
        status: actualValue,
        errorCode: null,
        info: plainText(event.techInfo, 255),
        timestamp,
      });
    }
    if (trigger !== 'Alerting') continue;
    const { atMs, isSuspect } = stationTime(timestamp, receivedMs);
    const name = `${plainText(component.name, 50) ?? ''}.${plainText(variable.name, 50) ?? ''}`;
    await house.events.note({
      stationId,
      source: 'station',
      level: event.cleared === true ? 'info' : 'alarm',
      code: name.slice(0, 80),
      text: `${name} is ${plainText(actualValue, 100) ?? 'empty'}${event.cleared === true ? ' (over)' : ''}.`,
      atMs,
      receivedMs,
      isSuspect,
    });
  }
}
