/** What the energy manager of a site tells: load and generation as far as known, prices, and limits that the grid operator cuts. */
import type { Random } from '@smac/simulator';
import { meanOver, type Series } from '@smac/simulator';
import type { SiteWorld } from '@smac/simulator/scenario';
import type { SeriesKind, SeriesSlot, Sites } from '../../sites/index.ts';
import type { Activity } from '../../time/activity.ts';
import type { Clock } from '../../time/clock.ts';

export interface EnergyManagerOptions {
  readonly site: SiteWorld;
  readonly contextId: string;
  readonly sites: Pick<Sites, 'putSeries'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly activity: Activity;
  readonly log: { error(fields: Readonly<Record<string, unknown>>, message: string): void };
  /** Standard deviation of a forecast a day ahead, as a share; the running quarter hour is measured. */
  readonly forecastError: number;
}

const QUARTER_MS = 900_000;
const DAY_MS = 24 * 3_600_000;

export class EnergyManager {
  readonly #options: EnergyManagerOptions;
  #cancel: () => void = () => {};
  #pricesUntilMs = 0;

  constructor(options: EnergyManagerOptions) {
    this.#options = options;
  }

  /** Tells everything now, load and generation again shortly before every quarter hour, and prices once a day. */
  async start(): Promise<void> {
    await this.#tell();
    this.#arm();
  }

  async setCap(capW: number, untilMs: number): Promise<void> {
    const { clock } = this.#options;
    const startMs = clock.now();
    if (!Number.isFinite(untilMs)) return;
    await this.#put('cap', [{ startMs, durationMs: untilMs - startMs, value: capW }]);
  }

  stop(): void {
    this.#cancel();
  }

  #arm(): void {
    const { clock, activity, log } = this.#options;
    const nextMs = (Math.floor(clock.now() / QUARTER_MS) + 1) * QUARTER_MS - LEAD_MS;
    const atMs = nextMs <= clock.now() ? nextMs + QUARTER_MS : nextMs;
    this.#cancel = clock.after(atMs - clock.now(), () => {
      this.#arm();
      void activity
        .track(() => this.#tell())
        .catch((error: unknown) => log.error({ detail: String(error) }, 'A forecast could not be told'));
    });
  }

  async #tell(): Promise<void> {
    await this.#prices();
    await this.#forecast();
  }

  async #prices(): Promise<void> {
    const { clock, site } = this.#options;
    // A plan looks a day ahead.
    if (clock.now() + DAY_MS + QUARTER_MS < this.#pricesUntilMs) return;
    this.#pricesUntilMs = clock.now() + 2 * DAY_MS;
    await this.#put('price', this.#slots(site.importPrice, 2 * DAY_MS, 0));
    if (site.exportPrice !== undefined) {
      await this.#put('export_price', this.#slots(site.exportPrice, 2 * DAY_MS, 0));
    }
  }

  async #forecast(): Promise<void> {
    const { baseW, pvW } = this.#options.site;
    const error = this.#options.forecastError;
    if (baseW !== undefined) await this.#put('demand', this.#slots(baseW, DAY_MS, error));
    if (pvW !== undefined) await this.#put('generation', this.#slots(pvW, DAY_MS, error));
  }

  #slots(series: Series, aheadMs: number, error: number): SeriesSlot[] {
    const { clock, random } = this.#options;
    const stepMs = series.stepMs;
    const startMs = Math.floor(clock.now() / stepMs) * stepMs;
    const slots: SeriesSlot[] = [];
    for (let at = startMs; at < clock.now() + aheadMs; at += stepMs) {
      const value = meanOver(series, at, at + stepMs);
      if (value === undefined) break;
      // Errors grow with the square root of the lead; what runs or begins in a moment is measured.
      const lead = Math.max(0, at - clock.now() - LEAD_MS) / DAY_MS;
      const factor = error === 0 ? 1 : Math.max(0, 1 + error * Math.sqrt(lead) * random.normal());
      slots.push({
        startMs: at,
        durationMs: stepMs,
        value: error === 0 ? value : Math.round(value * factor),
      });
    }
    return slots;
  }

  async #put(kind: SeriesKind, slots: readonly SeriesSlot[]): Promise<void> {
    const { sites, contextId } = this.#options;
    const put = await sites.putSeries(contextId, kind, slots, { source: 'energy manager' });
    if (!put.ok) throw new Error(`${kind}: ${put.detail}`);
  }
}

/** Told so long before the quarter hour, ms: a plan and its profiles must be out in time. */
const LEAD_MS = 60_000;
