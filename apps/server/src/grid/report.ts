/** Tells grid operators what their groups use (UpdateGroupMeasurements): a register that never resets, or the energy since the last report. */
import type { EnergyMeasurement, FlexibilityProvider } from '@smac/grid';
import type { Sites } from '../sites/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../time/clock.ts';
import type { GridGroup } from './grid.ts';

export interface ReportOptions {
  readonly store: Store;
  readonly sites: Pick<Sites, 'readings'>;
  readonly clock: Clock;
  readonly fp: Pick<FlexibilityProvider, 'send' | 'partner'>;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
}

/** Readings that came late are still counted for so long. */
const BACK_MS = 24 * 3_600_000;

/** Wh of a session that are in the register, and when it was last heard of. */
type Counted = Record<string, readonly [energyWh: number, atMs: number]>;

export function createReport(options: ReportOptions): (group: GridGroup) => Promise<void> {
  const { store, sites, clock, fp, log } = options;

  /** Moves the register on; resolves after the commit. */
  async function count({ partnerId, groupId, contextId }: GridGroup) {
    const nowMs = clock.now();
    const readings = await sites.readings(contextId, nowMs - BACK_MS, nowMs);
    return store.transaction(async (trx) => {
      const row = await trx
        .selectFrom('grid_group')
        .select(['register_wh', 'measured_ms', 'counted'])
        .where('partner_id', '=', partnerId)
        .where('group_id', '=', groupId)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const counted = { ...(row.counted as Counted) };
      let registerWh = row.register_wh;
      for (const { ref, atMs, energyWh } of readings) {
        const name = `${ref.peerId}/${ref.sessionId}`;
        const before = counted[name]?.[0] ?? 0;
        registerWh += Math.max(0, energyWh - before);
        counted[name] = [Math.max(before, energyWh), atMs];
      }
      for (const [name, [, atMs]] of Object.entries(counted))
        if (atMs < nowMs - 30 * BACK_MS) delete counted[name];
      await trx
        .updateTable('grid_group')
        .set({ register_wh: registerWh, measured_ms: nowMs, counted: JSON.stringify(counted) })
        .where('partner_id', '=', partnerId)
        .where('group_id', '=', groupId)
        .execute();
      return { nowMs, registerWh, beforeWh: row.register_wh, sinceMs: row.measured_ms };
    });
  }

  return async (group) => {
    const partner = fp.partner(group.partnerId);
    if (partner?.state !== 'online' || partner.role !== 'cp') return;
    const counted = await count(group);
    if (counted === undefined) return;
    const { nowMs, registerWh, beforeWh, sinceMs } = counted;
    const isContinuous =
      partner.measurements.length === 0 || partner.measurements.includes('CONTINUOUS') || sinceMs === null;
    const measurement: EnergyMeasurement = {
      value: Math.round(isContinuous ? registerWh : registerWh - beforeWh),
      phase: 'ALL',
      unit: 'WH',
      direction: 'IMPORT',
      energy_type: 'FLEXIBLE',
      measure_time: new Date(nowMs).toISOString(),
      ...(isContinuous ? {} : { initial_measure_time: new Date(sinceMs).toISOString() }),
    };
    const sent = await fp.send(group.partnerId, 'update_group_measurements', {
      group_id: group.groupId,
      measurements: [measurement],
    });
    if (!sent.ok)
      log.warn({ ...group, detail: sent.detail }, 'Measurements were not taken by the grid operator');
  };
}
