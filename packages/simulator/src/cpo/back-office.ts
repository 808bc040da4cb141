import type {
  AsynchronousResult,
  CallResult,
  Location,
  OcpiClient,
  ScOptimisation,
  Session,
  Tariff,
} from '@smac/ocpi';
import { formatDateTime } from '@smac/ocpi';
import type { WorkInFlight } from '../clock/quiescence.ts';
import type { OfferedLimit } from '../site/offered-limit.ts';
import { localLimit, profilesOnly } from '../site/policy.ts';
import { Site } from '../site/site.ts';
import type { EvseConfig } from '../site/socket.ts';
import type { Visit } from '../visits/visit.ts';
import type { CounterpartOptions } from './counterpart.ts';
import type { CpoEvent, CpoListener } from './events.ts';
import { EvseStatuses } from './evse-statuses.ts';
import type { ProfileFault, ProfileFaultPlan } from './faults.ts';
import { locationOf, sessionOf, tariffOf, tokenOf } from './objects.ts';
import { contextOf, dynamicInputs, nextPublicationMs } from './optimisation-context.ts';
import type { Execution } from './profile-executor.ts';
import { activeProfileOf } from './profile-words.ts';
import type { Catalogue } from './pulled.ts';
import { RunningSession } from './running-session.ts';

/** Length of the ActiveChargingProfile that is told, s (OCPI: 5 to 60 minutes are useful). */
const ACTIVE_PROFILE_S = 3_600;
/** Sessions that ended stay in the list for pulls, so many at most. */
const ENDED_KEPT = 500;

/** The back office behind the OCPI faces: drivers come and go, stations obey, everything is told to the platform. */
export class BackOffice implements Execution, Catalogue {
  readonly site: Site;
  readonly #options: CounterpartOptions;
  readonly #activity: WorkInFlight;
  readonly #startedMs: number;
  readonly #running = new Map<string, RunningSession>();
  readonly #ended: Session[] = [];
  readonly #listeners = new Set<CpoListener>();
  readonly #timers = new Set<() => void>();
  readonly #statuses: EvseStatuses;
  #profileFaults: ProfileFaultPlan = () => 'none';
  #profilesSeen = 0;
  #contextVersionMs = 0;
  #nextVisit = 0;
  #client: OcpiClient | undefined;

  constructor(options: CounterpartOptions, activity: WorkInFlight) {
    this.#options = options;
    this.#activity = activity;
    this.#startedMs = options.clock.now();
    this.#statuses = new EvseStatuses(this.#startedMs);
    const { demandW, generationW, limitW } = options.supply;
    const base = netLoad(demandW, generationW);
    this.site = new Site({
      evses: options.evses,
      startMs: Math.min(this.#startedMs, options.visits[0]?.plugInMs ?? this.#startedMs),
      policy: options.sitePolicy === 'local-limit' ? localLimit : profilesOnly,
      random: options.random.stream('site'),
      meterError: options.meterError ?? 0.005,
      ...(base === undefined ? {} : { baseW: base }),
      ...(limitW === undefined ? {} : { limitW }),
      ...(options.fallbackW === undefined ? {} : { fallbackW: options.fallbackW }),
    });
  }

  connect(client: OcpiClient): void {
    this.#client = client;
  }

  setProfileFaults(plan: ProfileFaultPlan): void {
    this.#profileFaults = plan;
  }

  listen(listener: CpoListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** Tells everything static, then what runs already, then follows the clock. */
  async start(): Promise<void> {
    await this.#activity.track(async () => {
      const { receiver } = this.#peer();
      const location = this.location();
      const owner = this.#options.identity.party;
      await this.#tell('location', receiver.locations.put({ owner, locationId: location.id }, location));
      for (const tariff of this.tariffs()) await this.#tell('tariff', receiver.tariffs.put(tariff));
      await this.#tell('context', receiver.smartchargingoptimisation.put(this.#context()));
      const nowMs = this.now();
      const { visits } = this.#options;
      const present = visits.filter((visit) => visit.plugInMs <= nowMs);
      for (const visit of present.filter((candidate) => candidate.unplugMs > nowMs))
        await this.#arrive(visit);
      this.#nextVisit = present.length;
    });
    this.#waitForNextVisit();
    this.#waitForMeterValues();
    this.#waitForPrices();
    this.#waitForForecasts();
  }

  // What the platform may pull

  location(): Location {
    return locationOf(this.#options.identity, this.#options.evses, this.#startedMs, this.#statuses);
  }

  tariffs(): readonly Tariff[] {
    return [tariffOf(this.#options.identity, this.#startedMs)];
  }

  sessions(): readonly Session[] {
    return [...this.#ended, ...[...this.#running.values()].map((running) => running.session)];
  }

  contexts(): readonly ScOptimisation[] {
    return [this.#context()];
  }

  // What the executor of profiles needs

  now(): number {
    return this.#options.clock.now();
  }

  evseOf(sessionId: string): EvseConfig | undefined {
    return this.#running.get(sessionId)?.evse;
  }

  profileOf(sessionId: string): OfferedLimit | undefined {
    const running = this.#running.get(sessionId);
    return running && this.site.socket(running.evse.uid)?.profile;
  }

  apply(sessionId: string, profile: OfferedLimit | undefined): void {
    const running = this.#running.get(sessionId);
    if (running === undefined) return;
    const atMs = this.now();
    this.site.applyProfile(running.evse.uid, profile, atMs);
    const { visit } = running;
    if (profile === undefined) this.#emit({ kind: 'profile-cleared', atMs, visit });
    else this.#emit({ kind: 'profile', atMs, visit, profile });
    if (running.sentWallMs !== undefined && this.#options.stopwatch !== undefined) {
      this.#emit({ kind: 'first-profile', visit, wallMs: this.#options.stopwatch() - running.sentWallMs });
      running.sentWallMs = undefined;
    }
  }

  faultOf(sessionId: string): ProfileFault {
    return this.#profileFaults(sessionId, this.#profilesSeen++);
  }

  answerLater(send: () => Promise<void>): void {
    const delayMs = this.#options.answerDelayMs ?? 0;
    // Without a delay the answer still leaves after the synchronous one: two turns of the event loop later.
    if (delayMs > 0) this.#after(delayMs, () => this.#activity.track(send));
    else void this.#activity.track(() => new Promise<void>((resolve) => setImmediate(resolve)).then(send));
  }

  async post(responseUrl: string, result: AsynchronousResult): Promise<void> {
    await this.#tell(`result ${result.kind}`, this.#peer().postResult(responseUrl, result));
  }

  async accepted(sessionId: string): Promise<void> {
    const running = this.#running.get(sessionId);
    if (running === undefined) return;
    running.isFollowed = true;
    if (this.#options.tellsActiveProfiles ?? true)
      await this.#tellActiveProfile(running, Number.POSITIVE_INFINITY);
  }

  // Drivers

  #waitForNextVisit(): void {
    const visit = this.#options.visits[this.#nextVisit];
    if (visit === undefined) return;
    this.#nextVisit += 1;
    this.#after(visit.plugInMs - this.now(), () => {
      this.#waitForNextVisit();
      return this.#activity.track(() => this.#arrive(visit));
    });
  }

  async #arrive(visit: Visit): Promise<void> {
    const { evse } = this.site.plugIn(visit);
    this.site.advanceTo(this.now());
    const running = new RunningSession(sessionOf(this.#options.identity, visit, evse), visit, evse);
    this.#running.set(visit.id, running);
    this.#emit({ kind: 'plugged-in', atMs: this.now(), visit });
    this.#after(visit.unplugMs - this.now(), () => this.#activity.track(() => this.#leave(running)));
    const { receiver } = this.#peer();
    const token = tokenOf(this.#options.identity, visit, visit.plugInMs);
    await this.#tell('token', receiver.tokens.put(token));
    // The car was there before the platform heard of it: its first reading goes along.
    this.#read(running);
    running.sentWallMs = this.#options.stopwatch?.();
    await this.#tell('session', receiver.sessions.put(running.session));
    await this.#tellPreferences(visit);
    await this.#tellStatus(evse.uid);
  }

  /** As it is now: who comes may overtake who left. */
  async #tellStatus(evseUid: string): Promise<void> {
    const { party, locationId } = this.#options.identity;
    const isInUse = [...this.#running.values()].some(({ evse }) => evse.uid === evseUid);
    const status = isInUse ? 'CHARGING' : 'AVAILABLE';
    if (this.#statuses.of(evseUid).status === status) return;
    const patch = this.#statuses.set(evseUid, status, this.now());
    const key = { owner: party, locationId, evseUid };
    await this.#tell('status', this.#peer().receiver.locations.patch(key, patch));
  }

  async #tellPreferences(visit: Visit): Promise<void> {
    const announcedMs = this.#options.departures === 'true' ? visit.unplugMs : visit.announcedDepartureMs;
    const isAhead = announcedMs !== undefined && announcedMs > this.now();
    const answer = await this.#peer().sender.sessions.setChargingPreferences(visit.id, {
      profile_type: visit.wish,
      energy_need: visit.needWh / 1000,
      discharge_allowed: visit.dischargeAllowed,
      ...(isAhead ? { departure_time: formatDateTime(Math.floor(announcedMs / 1000) * 1000) } : {}),
    });
    if (answer.ok) this.#emit({ kind: 'preferences', atMs: this.now(), visit, answer: answer.data });
    else this.#refused('preferences', answer.detail);
  }

  async #leave(running: RunningSession): Promise<void> {
    const atMs = this.now();
    this.site.advanceTo(atMs);
    this.#read(running);
    const state = this.site.unplug(running.evse.uid, atMs)?.car.state();
    this.#running.delete(running.visit.id);
    const session = running.complete(atMs);
    this.#ended.push(session);
    if (this.#ended.length > ENDED_KEPT) this.#ended.shift();
    const { visit } = running;
    this.#emit({
      kind: 'unplugged',
      atMs,
      visit,
      deliveredWh: (state?.importedWh ?? 0) - (state?.exportedWh ?? 0),
      storedWh: ((state?.soc ?? visit.soc) - visit.soc) * visit.model.battery.capacityWh,
    });
    await this.#tell('session', this.#peer().receiver.sessions.put(session));
    await this.#tellStatus(running.evse.uid);
  }

  // What stations report

  #waitForMeterValues(): void {
    const intervalMs = this.#options.meterIntervalMs ?? 60_000;
    const shiftMs = this.#options.meterShiftMs ?? 0;
    const nowMs = this.now();
    const next = (Math.floor((nowMs - shiftMs) / intervalMs) + 1) * intervalMs + shiftMs;
    this.#after(next - nowMs, () => {
      this.#waitForMeterValues();
      return this.#activity.track(() => this.#tellMeterValues());
    });
  }

  async #tellMeterValues(): Promise<void> {
    this.site.advanceTo(this.now());
    for (const running of [...this.#running.values()]) {
      const patch = this.#read(running);
      if (patch === undefined) continue;
      const key = { owner: this.#options.identity.party, id: running.visit.id };
      await this.#tell('session', this.#peer().receiver.sessions.patch(key, patch));
      await this.#tellOwnLimit(running);
    }
  }

  #read(running: RunningSession): Partial<Session> | undefined {
    const reading = this.site.reading(running.evse.uid);
    return reading && running.read(reading, this.now(), this.#options.tellsSoc ?? true);
  }

  /** Where the site's own limit prevails over a profile, the platform hears of it, and again when it is lifted. */
  async #tellOwnLimit(running: RunningSession): Promise<void> {
    const socket = this.site.socket(running.evse.uid);
    if (!running.isFollowed || socket === undefined || this.#options.sitePolicy !== 'local-limit') return;
    const allowedW = socket.allowedW(this.now(), Number.POSITIVE_INFINITY);
    const limitW =
      socket.capW < Math.min(allowedW, socket.car.appetiteW()) - 1 ? socket.capW : Number.POSITIVE_INFINITY;
    const wasTold = running.toldLimitW;
    if (limitW === wasTold || Math.abs(limitW - wasTold) < 50) return;
    await this.#tellActiveProfile(running, limitW);
  }

  async #tellActiveProfile(running: RunningSession, ownLimitW: number): Promise<void> {
    running.toldLimitW = ownLimitW;
    const profile = this.site.socket(running.evse.uid)?.profile;
    const active = activeProfileOf(profile, running.evse, this.now(), ACTIVE_PROFILE_S, ownLimitW);
    this.#emit({ kind: 'active-profile', atMs: this.now(), visit: running.visit, active });
    const { chargingprofiles } = this.#peer().sender;
    await this.#tell('active profile', chargingprofiles.putActiveProfile(running.visit.id, active));
  }

  // What the supply point needs

  #context(): ScOptimisation {
    const { identity, evses, supply, random } = this.#options;
    return contextOf(identity, evses, supply, this.#contextVersion(), random.stream('forecast'));
  }

  #contextVersion(): number {
    this.#contextVersionMs = Math.max(Math.floor(this.now() / 1000) * 1000, this.#contextVersionMs + 1000);
    return this.#contextVersionMs;
  }

  #waitForPrices(): void {
    const next = nextPublicationMs(this.now(), this.#options.identity.timeZone);
    this.#after(next - this.now(), () => {
      this.#waitForPrices();
      return this.#activity.track(() => this.#tellInputs());
    });
  }

  #waitForForecasts(): void {
    const intervalMs = this.#options.forecastIntervalMs ?? 3_600_000;
    if (intervalMs === 0) return;
    const nowMs = this.now();
    this.#after((Math.floor(nowMs / intervalMs) + 1) * intervalMs - nowMs, () => {
      this.#waitForForecasts();
      return this.#activity.track(() => this.#tellInputs());
    });
  }

  async #tellInputs(): Promise<void> {
    const { identity, supply, random } = this.#options;
    const atMs = this.#contextVersion();
    const context = this.#context();
    await this.#tell(
      'inputs',
      this.#peer().receiver.smartchargingoptimisation.patch(
        { owner: identity.party, id: context.id },
        {
          ...dynamicInputs(identity, supply, atMs, random.stream('forecast')),
          last_updated: context.last_updated,
        },
      ),
    );
  }

  // Plumbing

  #peer(): OcpiClient {
    if (this.#client === undefined) throw new Error('register before you start');
    return this.#client;
  }

  #after(delayMs: number, run: () => Promise<void>): void {
    const cancel = this.#options.clock.after(Math.max(0, delayMs), () => {
      this.#timers.delete(cancel);
      run().catch((error: unknown) =>
        this.#refused('work', error instanceof Error ? error.message : 'failed'),
      );
    });
    this.#timers.add(cancel);
  }

  async #tell<T>(what: string, call: Promise<CallResult<T>>): Promise<void> {
    const result = await call;
    // A platform that does not serve a module is no fault (tokens are optional for an SCSP).
    if (!result.ok && result.error !== 'no-endpoint') this.#refused(what, result.detail);
  }

  #refused(what: string, detail: string): void {
    this.#options.log.warn({ what, detail }, 'the platform did not take a message');
    this.#emit({ kind: 'refused', atMs: this.now(), what, detail });
  }

  #emit(event: CpoEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

type LoadSeries = CounterpartOptions['supply']['demandW'];

/** Demand minus generation on the grid of the demand (of the generation where there is no demand). */
function netLoad(demandW: LoadSeries, generationW: LoadSeries): LoadSeries {
  const grid = demandW ?? generationW;
  if (grid === undefined) return undefined;
  const at = (series: LoadSeries, atMs: number) =>
    series?.values[Math.floor((atMs - series.startMs) / series.stepMs)] ?? 0;
  return {
    ...grid,
    values: grid.values.map((_, k) => {
      const atMs = grid.startMs + k * grid.stepMs;
      return at(demandW, atMs) - at(generationW, atMs);
    }),
  };
}
