/** All stations and cars of a world on a clock, against a back office: the live side of a scenario. */
import type { JournalEntry, Log, StationTls } from '@smac/ocpp';
import { WorkInFlight } from '../clock/quiescence.ts';
import type { Clock } from '../clock/virtual-clock.ts';
import { FaultyNetwork } from '../network/faulty-network.ts';
import { OcppStation } from '../ocpp/ocpp-station.ts';
import { OnClock } from '../station/on-clock.ts';
import { SiteSupply } from '../supply/site-supply.ts';
import type { Darkness } from './attainable.ts';
import { faultPlan, type PlannedFault } from './fault-plan.ts';
import type { LimitCut } from './scenario.ts';
import type { Stay } from './traffic.ts';
import type { SiteWorld, StationWorld, World } from './world.ts';

export interface Credentials {
  readonly identity: string;
  readonly password?: string;
}

export interface FleetOptions {
  readonly world: World;
  readonly clock: Clock;
  /** Address of the back office without identity. */
  readonly url: string;
  readonly credentials: ReadonlyMap<string, Credentials>;
  readonly tls?: StationTls;
  readonly log?: Log;
  readonly activity?: WorkInFlight;
  /** Faults happen; default true. */
  readonly withFaults?: boolean;
  readonly listen?: (event: FleetEvent) => void;
  /** From the plug to the card at the reader, ms; default 15 s. */
  readonly cardAfterMs?: number;
}

export type FleetEvent =
  | { readonly kind: 'plugged' | 'left'; readonly site: SiteWorld; readonly stay: Stay }
  | { readonly kind: 'limit'; readonly site: SiteWorld; readonly limitW: number; readonly untilMs: number }
  | { readonly kind: 'fault'; readonly fault: PlannedFault };

/** What a stay came to. */
export interface StayResult {
  readonly stay: Stay;
  readonly deliveredWh: number;
  readonly exportedWh: number;
  /** The end of the world came before the driver left. */
  readonly isCut: boolean;
}

export interface FleetCounts {
  readonly stations: number;
  readonly connected: number;
  readonly cars: number;
  readonly charging: number;
  readonly powerW: number;
  readonly messages: number;
  /** Profiles sent to stations. */
  readonly commands: number;
}

/** Between plugging in and the card at the reader. */
const CARD_AFTER_MS = 15_000;
const HOUR_MS = 3_600_000;
/** From mains to service (`bootS` of a station). */
const BOOT_MS = 30_000;

export class Fleet {
  readonly activity: WorkInFlight;
  readonly results: StayResult[] = [];
  /** Stations without mains so far, and until they are up again. */
  readonly darkness: Darkness[] = [];
  readonly #options: FleetOptions;
  readonly #supplies = new Map<string, OnClock<SiteSupply>>();
  readonly #bySite = new Map<string, SiteSupply>();
  readonly #stations = new Map<string, OcppStation>();
  readonly #present = new Map<string, { readonly site: SiteWorld; readonly stay: Stay }>();
  readonly #cancels = new Set<() => void>();
  #network: FaultyNetwork | undefined;
  #url: string;
  #messages = 0;
  #commands = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#url = options.url;
    this.activity = options.activity ?? new WorkInFlight();
    for (const [n, site] of options.world.sites.entries()) this.#addSite(site, n);
  }

  get network(): FaultyNetwork | undefined {
    return this.#network;
  }

  /** The supply point of a site, advanced to now. */
  supply(siteId: string): SiteSupply {
    return this.#supplyClock(siteId).act((supply) => supply);
  }

  station(id: string): OcppStation | undefined {
    return this.#stations.get(id);
  }

  get stations(): readonly OcppStation[] {
    return [...this.#stations.values()];
  }

  /** Who stands at a plug now. */
  stayAt(stationId: string, evseId: number): Stay | undefined {
    return this.#present.get(`${stationId} ${evseId}`)?.stay;
  }

  /** Stations dial, cars come, faults happen, from now on. */
  async start(): Promise<void> {
    const { world, clock, withFaults = true } = this.#options;
    const { faults } = world.scenario;
    if (withFaults && (faults.latencyMs > 0 || faults.halfOpenPerDay > 0)) {
      this.#network = new FaultyNetwork({
        clock,
        target: this.#options.url,
        latencyMs: faults.latencyMs,
      });
      this.#url = await this.#network.open();
    }
    for (const site of world.sites) {
      for (const station of site.stations) this.#at(station.joinsMs, () => this.#join(site, station));
      for (const stay of site.stays) this.#at(stay.plugInMs, () => this.#arrive(site, stay));
      if (withFaults) for (const cut of faults.limitCuts) this.#planCut(site, cut);
    }
    if (!withFaults) return;
    const ids = world.sites.flatMap((site) => site.stations.map(({ id }) => id));
    const random = world.random.stream('faults');
    for (const fault of faultPlan(faults, ids, world.startMs + 600_000, world.endMs, random)) {
      this.#at(fault.atMs, () => this.#strike(fault));
    }
  }

  counts(): FleetCounts {
    let powerW = 0;
    let charging = 0;
    for (const [key] of this.#present) {
      const [id, evseId] = key.split(' ');
      const w = this.#stations.get(id!)?.act((station) => station.evse(Number(evseId)).powerW()) ?? 0;
      powerW += w;
      if (w !== 0) charging += 1;
    }
    return {
      stations: this.#stations.size,
      connected: this.stations.filter((station) => station.isServing).length,
      cars: this.#present.size,
      charging,
      powerW,
      messages: this.#messages,
      commands: this.#commands,
    };
  }

  /** Every car leaves now. */
  sendAllAway(): void {
    for (const { site, stay } of [...this.#present.values()]) this.#leave(site, stay, true);
  }

  async close(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    await Promise.all(this.stations.map((station) => station.close()));
    for (const supply of this.#supplies.values()) supply.stop();
    await this.#network?.close();
  }

  #supplyClock(siteId: string): OnClock<SiteSupply> {
    const found = this.#supplies.get(siteId);
    if (found === undefined) throw new RangeError(`no site ${siteId} in this world`);
    return found;
  }

  #addSite(world: SiteWorld, n: number): void {
    const { site } = world;
    const { clock } = this.#options;
    const { fuseA, battery } = site;
    const supply = new SiteSupply({
      startMs: clock.now(),
      stations: [],
      random: this.#options.world.random.stream(`supply ${n}`),
      limitW: site.limitW,
      ...(fuseA === undefined ? {} : { fuseA }),
      ...(world.baseW === undefined ? {} : { baseW: world.baseW }),
      ...(world.pvW === undefined ? {} : { pvW: world.pvW }),
      ...(battery === undefined
        ? {}
        : {
            battery: {
              capacityWh: battery.capacityWh,
              maxChargeW: battery.powerW,
              maxDischargeW: battery.powerW,
              soc: 0.5,
              policy:
                battery.policy === 'self-consumption'
                  ? { kind: 'self-consumption' as const }
                  : { kind: 'peak-shaving' as const, importW: 0.9 * site.limitW },
            },
          }),
    });
    this.#bySite.set(site.id, supply);
    this.#supplies.set(site.id, new OnClock(clock, supply));
  }

  #at(atMs: number, fire: () => void): void {
    const { clock } = this.#options;
    const cancel = clock.after(Math.max(0, atMs - clock.now()), () => {
      this.#cancels.delete(cancel);
      fire();
    });
    this.#cancels.add(cancel);
  }

  #join(site: SiteWorld, { id, version, model, options }: StationWorld): void {
    const credentials = this.#options.credentials.get(id);
    if (credentials === undefined) throw new RangeError(`no credentials for station ${id}`);
    const { clock, world, tls, log } = this.#options;
    const supply = this.#supplyClock(site.site.id);
    this.#stations.set(
      id,
      new OcppStation({
        ...credentials,
        version,
        url: this.#url,
        clock,
        random: world.random,
        activity: this.activity,
        ...(tls === undefined ? {} : { tls }),
        ...(log === undefined ? {} : { log }),
        station: { ...options, startMs: clock.now() },
        about: { model },
        observer: { frame: (entry) => this.#count(entry) },
        keeper: (station) => {
          supply.act((point) => point.add(station));
          return {
            act: (action) => supply.act((point) => action(point.station(id))),
            stop() {},
          };
        },
      }),
    );
  }

  #count({ kind, action }: JournalEntry): void {
    if (kind !== 'CALL' && kind !== 'SEND') return;
    this.#messages += 1;
    if (action === 'SetChargingProfile') this.#commands += 1;
  }

  #arrive(site: SiteWorld, stay: Stay): void {
    const { stationId, evseId } = stay.plug;
    const station = this.#stations.get(stationId);
    if (station === undefined) return;
    station.plug(evseId, stay.arrival);
    this.#present.set(`${stationId} ${evseId}`, { site, stay });
    this.#options.listen?.({ kind: 'plugged', site, stay });
    const { clock } = this.#options;
    this.#at(clock.now() + (this.#options.cardAfterMs ?? CARD_AFTER_MS), () => this.#showCard(station, stay));
    this.#at(stay.unplugMs, () => this.#leave(site, stay));
  }

  #showCard(station: OcppStation, stay: Stay): void {
    const { evseId, stationId } = stay.plug;
    if (this.stayAt(stationId, evseId) !== stay) return;
    void station.present(evseId, stay.idToken);
  }

  #leave(site: SiteWorld, stay: Stay, isCut = false): void {
    const { stationId, evseId } = stay.plug;
    if (this.stayAt(stationId, evseId) !== stay) return;
    const station = this.#stations.get(stationId)!;
    const car = station.act((now) => now.evse(evseId).car);
    if (car !== undefined) {
      this.results.push({
        stay,
        deliveredWh: car.importedWh - car.exportedWh,
        exportedWh: car.exportedWh,
        isCut,
      });
    }
    station.unplug(evseId);
    this.#present.delete(`${stationId} ${evseId}`);
    this.#options.listen?.({ kind: 'left', site, stay });
  }

  #planCut(site: SiteWorld, cut: LimitCut): void {
    const { world, clock } = this.#options;
    for (let atMs = world.startMs + cut.atHour * HOUR_MS; atMs < world.endMs; atMs += 24 * HOUR_MS) {
      if (atMs < clock.now()) continue;
      const untilMs = atMs + cut.minutes * 60_000;
      const limitW = Math.floor(site.site.limitW * cut.toShare);
      this.#at(atMs, () => this.#setLimit(site, limitW, untilMs));
      this.#at(untilMs, () => this.#setLimit(site, site.site.limitW, Number.POSITIVE_INFINITY));
    }
  }

  #setLimit(site: SiteWorld, limitW: number, untilMs: number): void {
    this.#supplyClock(site.site.id).act((supply) => supply.setLimit(limitW));
    this.#options.listen?.({ kind: 'limit', site, limitW, untilMs });
  }

  #strike(fault: PlannedFault): void {
    this.#options.listen?.({ kind: 'fault', fault });
    if (fault.kind === 'storm') {
      for (const station of this.stations) station.cutLine();
      return;
    }
    const station = this.#stations.get(fault.stationId);
    if (station === undefined) return;
    const endMs = fault.atMs + fault.lastsMs;
    if (fault.kind === 'outage') {
      station.setReachable(false);
      this.#at(endMs, () => station.setReachable(true));
    } else if (fault.kind === 'power-cut') {
      station.cutPower();
      this.darkness.push({ stationId: fault.stationId, fromMs: fault.atMs, toMs: endMs + BOOT_MS });
      this.#at(endMs, () => station.restorePower());
    } else {
      this.#network?.setHalfOpen(station.identity, true);
      this.#at(endMs, () => this.#network?.setHalfOpen(station.identity, false));
    }
  }
}
