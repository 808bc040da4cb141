import type { Config } from '../config/index.ts';
import { isLoopback } from '../config/index.ts';
import type { ListenerConfig, OpenListener, StationsPolicy, StationsRoom } from '../stations/index.ts';
import type { ServerLog } from './log.ts';

/** What the settings say about the life of stations. */
export function stationsPolicy(config: Config): Partial<StationsPolicy> {
  return {
    handshakesPerAddress: config.ocppHandshakesPerAddress,
    handshakesPerSecond: config.ocppHandshakesPerSecond,
    heartbeatS: config.ocppHeartbeatS,
  };
}

/** Opens the OCPP port where one is set, and says how. */
export async function openStationDoor(
  config: Config,
  stations: StationsRoom,
  log: ServerLog,
): Promise<OpenListener | undefined> {
  const { ocppPort, ocppTlsCert, ocppTlsKey } = config;
  if (ocppPort === undefined) return undefined;
  const listener: ListenerConfig = {
    host: config.ocppHost,
    port: ocppPort,
    tls:
      ocppTlsCert === undefined || ocppTlsKey === undefined
        ? undefined
        : { cert: ocppTlsCert, key: ocppTlsKey, clientCa: config.ocppTlsClientCa },
    tls12Port: config.ocppTls12Port,
  };
  const open = await stations.open(listener);
  log.info({}, `Stations: ${config.ocppPublicUrl ?? open.url}/{identity}, OCPP 1.6, 2.0.1 and 2.1`);
  if (listener.tls === undefined && !isLoopback(config.ocppHost)) {
    log.warn(
      {},
      `Stations connect to ${config.ocppHost} without TLS: this address must be private (VPN, APN)`,
    );
  }
  return open;
}
