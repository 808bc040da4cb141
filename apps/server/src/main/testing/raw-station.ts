import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type OcppVersion, subprotocolOf } from '@smac/ocpp';
import { WebSocket } from 'ws';
import { socket } from '../../network/testing/socket.ts';
import { LOCATION, type OwnServer } from './played-stations.ts';

/** A station on a bare socket: what it writes is checked by nobody but the server. */
export interface RawStation {
  readonly stationId: string;
  /** The frame that answers: `[3, id, payload]` or `[4, id, code, ...]`. */
  call(action: string, payload: unknown): Promise<readonly unknown[]>;
  /** Code of the CALLERROR, or 'taken'. */
  codeOf(action: string, payload: unknown): Promise<unknown>;
  close(): void;
}

export async function rawStation(
  server: OwnServer,
  version: OcppVersion,
  stationId: string,
): Promise<RawStation> {
  const added = await server.stations.admin.add({ stationId, securityProfile: 1 }, 'local');
  assert.ok(added.ok);
  const { identity, password = '' } = added.data;
  const placed = await server.backOffice.network.placeEvse({
    stationId,
    evseId: 1,
    locationId: LOCATION,
    evseUid: `E-${stationId}`,
    connectors: [socket()],
  });
  assert.ok(placed.ok);
  const line = new WebSocket(`${server.stationDoor()?.url}/${identity}`, subprotocolOf(version), {
    headers: { Authorization: `Basic ${Buffer.from(`${identity}:${password}`).toString('base64')}` },
    perMessageDeflate: false,
  });
  const waiting = new Map<string, (frame: readonly unknown[]) => void>();
  line.on('message', (data) => {
    const frame = JSON.parse(data.toString()) as [number, string, ...unknown[]];
    if (frame[0] === 2) line.send(JSON.stringify([4, frame[1], 'NotSupported', '', {}]));
    else waiting.get(frame[1])?.(frame);
  });
  await once(line, 'open');
  let count = 0;
  const call = async (action: string, payload: unknown) => {
    count += 1;
    const id = `raw-${count}`;
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    waiting.set(id, resolve);
    const closed = () => reject(new Error(`The line was closed at ${action}.`));
    line.once('close', closed);
    line.send(JSON.stringify([2, id, action, payload]));
    const frame = await promise;
    line.off('close', closed);
    waiting.delete(id);
    return frame;
  };
  const boot =
    version === '1.6'
      ? { chargePointVendor: 'Acme', chargePointModel: 'One' }
      : { reason: 'PowerUp', chargingStation: { vendorName: 'Acme', model: 'One' } };
  await call('BootNotification', boot);
  return {
    stationId,
    call,
    async codeOf(action, payload) {
      const frame = await call(action, payload);
      return frame[0] === 4 ? frame[2] : 'taken';
    },
    close: () => line.terminate(),
  };
}
