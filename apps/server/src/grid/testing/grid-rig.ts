/** Sites, planning and the grid room on a clock that tests move; the grid operator is simulated on real HTTP. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fetchCaller, nodeListener } from '@smac/grid';
import { SimulatedCapacityProvider } from '@smac/grid/testing';
import { openSeal } from '../../config/index.ts';
import type { SessionDispatch } from '../../dispatch/index.ts';
import { type LoopBench, loopBench } from '../../planning/testing/loop.ts';
import type { Owner } from '../../sites/index.ts';
import { aContext, newOwner, readSi, silentLog } from '../../sites/testing/fixtures.ts';
import type { Store } from '../../store/index.ts';
import { createGrid, type Grid } from '../index.ts';

export const HOLD_MS = 20 * 60_000;

export interface GridRig extends LoopBench {
  readonly cp: SimulatedCapacityProvider;
  readonly owner: Owner;
  readonly contextId: string;
  readonly partnerId: string;
  grid: Grid;
  /** What the guard lets the cars draw, W. */
  ceilingW: number;
  /** The grid room anew on the same database. */
  restart(): Promise<void>;
  /** Limits of the newest plan, W per slot. */
  capW(): Promise<readonly (number | undefined)[]>;
}

/** A grid operator that is registered, online, and knows the supply point as group G1. */
export async function gridRig(
  t: TestContext,
  store: Store,
  demand: readonly number[] = [],
): Promise<GridRig> {
  const loop = await loopBench(store);
  const { sites, clock, planning, activity } = loop;
  const owner = newOwner();
  const slots = demand.map((value, slot) => ({
    time_slot: new Date(clock.now() + slot * 900_000).toISOString(),
    value,
  }));
  const made = await sites.putContext(
    owner,
    aContext('C', { ...(slots.length > 0 ? { demand: slots } : {}) }),
    readSi,
  );
  assert.ok(made.ok);
  const context = (await sites.contexts()).find(({ peerId }) => peerId === owner.peerId);
  assert.ok(context);
  const dataDir = mkdtempSync(join(tmpdir(), 'smac-grid-'));
  const server = createServer((request, response) =>
    nodeListener((asked) => rig.grid.handle(asked), silentLog)(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gridRoom = () =>
    createGrid({
      store,
      sites,
      planning,
      sessions: () => [{ ceilingW: rig.ceilingW } as SessionDispatch],
      clock,
      random: randomBytes,
      log: silentLog,
      activity,
      seal: openSeal(dataDir, 'oscp-token.key', randomBytes, 'register again'),
      http: fetchCaller(),
      publicUrl,
      policy: { heartbeatS: 60, fallbackHoldMs: HOLD_MS },
    });
  const cp = await SimulatedCapacityProvider.start();
  const rig = { ...loop, cp, owner, contextId: context.id, partnerId: '', ceilingW: 0 } as GridRig;
  rig.grid = gridRoom();
  rig.restart = async () => {
    await rig.grid.close();
    rig.grid = gridRoom();
    await rig.grid.start();
  };
  rig.capW = async () => {
    const cap = (await planning.latest(context.id))?.problem.site?.cap_w;
    return Array.isArray(cap) ? cap : [cap];
  };
  await rig.grid.start();
  t.after(async () => {
    await rig.grid.close();
    await planning.stop();
    await cp.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(dataDir, { recursive: true, force: true });
  });
  const invited = await rig.grid.invite({ name: 'The grid operator' });
  assert.ok(invited.ok);
  const { partnerId, token, versionUrl } = invited.data;
  Object.assign(rig, { partnerId });
  assert.equal((await cp.register(versionUrl, token)).status, 204);
  await cp.handshake();
  assert.ok((await rig.grid.setGroup({ partnerId, groupId: 'G1', contextId: context.id })).ok);
  return rig;
}
