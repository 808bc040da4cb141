/**
 * A station whose main meter (EVSE 0, in 1.6 connector 0) stands at a supply point tells what goes through that: the loop below the plan
 * then knows the base load as it is (security.md 7.1).
 */
import type { Dispatcher } from '../dispatch/index.ts';
import type { MeterEntry } from '../metering/index.ts';
import { OWN_PEER } from '../network/index.ts';
import type { Sites } from '../sites/index.ts';
import type { Activity } from '../time/activity.ts';
import type { Transactions } from '../transactions/index.ts';

export interface MainMeterOptions {
  readonly transactions: Pick<Transactions, 'onMainMeter'>;
  readonly sites: Pick<Sites, 'contexts' | 'onTrigger'>;
  readonly dispatch: () => Pick<Dispatcher, 'supplyMeasured'>;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
}

/** What a meter showed says something of now for so long, ms: stations report at least once a minute where they are told to. */
const VALID_MS = 120_000;

export function followMainMeters(options: MainMeterOptions): () => void {
  const { transactions, sites, dispatch, activity, log } = options;
  /** Contexts by the station whose main meter stands at their supply point; read again when static inputs change. */
  let known: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  async function contextsByStation(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, readonly string[]>();
    for (const { id, peerId, statics } of await sites.contexts()) {
      const { meterStationId } = statics;
      if (peerId !== OWN_PEER || meterStationId === undefined) continue;
      found.set(meterStationId, [...(found.get(meterStationId) ?? []), id]);
    }
    return found;
  }

  async function hear({ stationId, receivedMs, reading }: MeterEntry): Promise<void> {
    const powerW = mainPowerW(reading);
    if (powerW === undefined) return;
    known ??= contextsByStation();
    for (const contextId of (await known).get(stationId) ?? []) {
      // When it was read counts, unless the station's clock runs ahead or it was told late.
      const atMs = Math.min(reading.atMs, receivedMs);
      await dispatch().supplyMeasured(contextId, { powerW, atMs, untilMs: atMs + VALID_MS });
    }
  }

  const unsubscribeSites = sites.onTrigger(({ cause }) => {
    if (cause === 'static-inputs') known = undefined;
  });
  const unsubscribe = transactions.onMainMeter((entry) => {
    activity
      .track(() => hear(entry))
      .catch((error: unknown) => {
        known = undefined;
        log.error(
          { stationId: entry.stationId, detail: String(error) },
          'A reading of a main meter did not reach its supply point',
        );
      });
  });
  return () => {
    unsubscribeSites();
    unsubscribe();
  };
}

/** Import minus export, W; at the inlet of the station where the meter names that place. */
function mainPowerW({ importPowerW, exportPowerW, other }: MeterEntry['reading']): number | undefined {
  if (importPowerW !== undefined || exportPowerW !== undefined)
    return (importPowerW ?? 0) - (exportPowerW ?? 0);
  const atInlet = (measurand: string) =>
    other.find(
      (each) => each.measurand === measurand && each.location === 'Inlet' && each.phase === undefined,
    )?.value;
  const [importW, exportW] = [atInlet('Power.Active.Import'), atInlet('Power.Active.Export')];
  return importW === undefined && exportW === undefined ? undefined : (importW ?? 0) - (exportW ?? 0);
}
