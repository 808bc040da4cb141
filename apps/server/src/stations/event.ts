import type { OcppVersion } from '@smac/ocpp';

/** What happened to a station, told after the commit. Holds no OCPP identity: events leave the house (T-ID5). */
export type StationEvent =
  | {
      readonly kind: 'connected';
      readonly stationId: string;
      readonly atMs: number;
      readonly version: OcppVersion;
      readonly generation: number;
    }
  | {
      readonly kind: 'disconnected';
      readonly stationId: string;
      readonly atMs: number;
      readonly generation: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'booted';
      readonly stationId: string;
      readonly atMs: number;
      readonly version: OcppVersion;
      readonly registration: Registration;
      readonly vendor: string;
      readonly model: string;
      readonly firmware: string | null;
    }
  | {
      readonly kind: 'status';
      readonly stationId: string;
      /** The station's own time where it can be believed, else when it arrived. */
      readonly atMs: number;
      /** 0 = the whole station. */
      readonly evseId: number;
      readonly connectorId: number;
      readonly status: string;
      readonly errorCode: string | null;
    }
  | { readonly kind: 'capability'; readonly stationId: string; readonly atMs: number }
  | {
      /** Firmware, diagnostics and log files on their way. */
      readonly kind: 'progress';
      readonly stationId: string;
      readonly atMs: number;
      readonly job: Job;
      readonly status: string;
      readonly requestId: number | null;
    }
  | {
      /** A security event of the station, or one this server noticed about it. */
      readonly kind: 'security';
      readonly stationId: string | null;
      readonly atMs: number;
      readonly level: 'info' | 'alarm';
      readonly code: string;
      readonly text: string;
    };

export type Job = 'firmware' | 'diagnostics' | 'log' | 'firmware-publication';

/** Answer to the last BootNotification. */
export type Registration = 'Accepted' | 'Pending' | 'Rejected';
