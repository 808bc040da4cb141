/**
 * A simulated station on a real line: boots, tells, obeys, and goes on by itself while the line is gone. Everything happens on the clock
 * that is handed in; the network between station and back office may be slow, lossy or cut.
 */
import {
  type AnyConnection,
  callFailure,
  dialStation,
  type Log,
  type Observer,
  type OcppVersion,
  type StationLine,
  type StationTls,
  silentLog,
} from '@smac/ocpp';
import { WorkInFlight } from '../clock/quiescence.ts';
import type { Clock } from '../clock/virtual-clock.ts';
import type { Random } from '../random/random.ts';
import type { Arrival } from '../station/evse.ts';
import { OnClock } from '../station/on-clock.ts';
import { Station } from '../station/station.ts';
import type { StationEvent } from '../station/station-event.ts';
import type { StationOptions } from '../station/station-options.ts';
import { face16 } from './face-1-6.ts';
import { face2x } from './face-2-x.ts';
import type { FaceHost, StationFace, StationIdentity } from './station-face.ts';

export interface OcppStationOptions {
  readonly station: StationOptions;
  readonly version: OcppVersion;
  /** Address of the back office without the identity. */
  readonly url: string;
  readonly identity: string;
  readonly password?: string;
  readonly tls?: StationTls;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log;
  readonly about?: Partial<StationIdentity>;
  /** Waits between attempts to connect; default as OCPP wants it (10 s, doubled). */
  readonly backOff?: { readonly minimumMs: number; readonly doublings: number; readonly randomMs: number };
  /** Shared by a fleet; default: the station's own. */
  readonly activity?: WorkInFlight;
  /** Keeps the station's time; default a timer of its own. A station behind a supply point is kept by that. */
  readonly keeper?: (station: Station) => StationKeeper;
  /** Hears every frame, e.g. to count them. */
  readonly observer?: Observer;
  /** Cards are good while there is no connection (LocalAuthorizeOffline); default true. */
  readonly acceptsOffline?: boolean;
}

/** Lets time pass up to now before somebody acts on the station, and wakes it at its next instant. */
export interface StationKeeper {
  act<R>(action: (station: Station) => R): R;
  stop(): void;
}

const REDELIVER_MS = 5_000;
/** Nothing listens there: an attempt fails at once. */
const NOWHERE = 'ws://127.0.0.1:9';
const PENDING_RETRY_MS = 10_000;

export class OcppStation {
  readonly station: Station;
  /** Messages under way: a virtual clock waits for them. */
  readonly activity: WorkInFlight;
  readonly #options: OcppStationOptions;
  readonly #keeper: StationKeeper;
  readonly #face: StationFace;
  readonly #line: StationLine;
  #isAccepted = false;
  #hasBooted = false;
  #bootReason: 'PowerUp' | 'RemoteReset' = 'PowerUp';
  #isDelivering = false;
  #cancelRetry: () => void = () => {};
  #cancelHeartbeat: () => void = () => {};
  #heartbeatS = 300;
  #isClosed = false;
  #isReachable = true;
  #endDial: () => void = () => {};

  constructor(options: OcppStationOptions) {
    this.#options = options;
    this.activity = options.activity ?? new WorkInFlight();
    this.station = new Station(options.station);
    this.#keeper = options.keeper?.(this.station) ?? new OnClock(options.clock, this.station);
    const host = this.#host();
    this.#face =
      options.version === '1.6' ? face16(host, this.station) : face2x(host, this.station, options.version);
    this.station.setOnline(false);
    this.station.onEvent((event) => this.#hear(event));
    const random = options.random.stream(`line ${options.identity}`);
    this.#line = dialStation({
      url: options.url,
      identity: options.identity,
      ...(options.password === undefined ? {} : { password: options.password }),
      ...(options.tls === undefined ? {} : { tls: options.tls }),
      versions: [options.version],
      clock: options.clock,
      random: () => random.next(),
      log: options.log ?? silentLog,
      ...(options.backOff === undefined ? {} : { backOff: options.backOff }),
      ...(options.observer === undefined ? {} : { observer: options.observer }),
      onDial: () => this.#dialling(),
      onConnected: (connection) => this.#connected(connection),
      onDisconnected: () => this.#disconnected(),
    });
  }

  get identity(): string {
    return this.#options.identity;
  }

  /** Connected and accepted by the back office. */
  get isServing(): boolean {
    return this.#isAccepted;
  }

  /** Acts on the station at the present instant. */
  act<T>(action: (station: Station) => T): T {
    return this.#keeper.act(action);
  }

  plug(evseId: number, arrival: Arrival): void {
    this.act((station) => station.plug(evseId, arrival));
  }

  unplug(evseId: number): void {
    this.act((station) => station.unplug(evseId));
  }

  /** A driver holds a card to the reader. @returns whether the station lets it charge */
  async present(evseId: number, idToken: string): Promise<boolean> {
    const answer = this.#isAccepted
      ? await this.activity.track(() => this.#face.authorise(idToken))
      : undefined;
    const isGood = answer ?? this.#options.acceptsOffline ?? true;
    if (isGood) this.act((station) => station.authorise(evseId, { idToken }));
    return isGood;
  }

  /** The line breaks without a word; the station dials again after its back-off. */
  cutLine(): void {
    this.#line.cut();
  }

  /** No way to the back office until it is reachable again; then the next attempt of the back-off succeeds. */
  setReachable(isReachable: boolean): void {
    this.#isReachable = isReachable;
    this.#line.reconfigure({ url: isReachable ? this.#options.url : NOWHERE });
    if (!isReachable) this.#line.cut();
  }

  /** Mains are gone: the station is dark and without line. */
  cutPower(): void {
    this.act((station) => station.cutPower());
    this.#line.reconfigure({ url: NOWHERE });
    this.#line.cut();
  }

  restorePower(): void {
    this.act((station) => station.restorePower());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#cancelHeartbeat();
    this.#keeper.stop();
    await this.#line.close();
  }

  #host(): FaceHost {
    const { clock, about, station } = this.#options;
    return {
      identity: {
        vendor: 'SMAC',
        model: 'Simulated',
        serial: station.id,
        firmware: '1.0',
        ...about,
      },
      now: () => clock.now(),
      act: (action) => this.act(action),
      later: (delayMs, fire) => void clock.after(delayMs, fire),
      track: (work) => this.activity.track(work),
      setHeartbeat: (seconds) => {
        this.#heartbeatS = seconds;
        this.#armHeartbeat();
      },
      takePassword: (password) => {
        this.#line.reconfigure({ password });
        clock.after(0, () => this.#line.redial());
      },
      restart: () => {
        // Dark until it has booted; what its transactions owed is told afterwards.
        this.act((now) => now.reset());
        this.#line.reconfigure({ url: NOWHERE });
        this.#line.redial();
      },
      refuse: (action) => callFailure('NotSupported', `this station does not know ${action}`),
    };
  }

  /** A virtual clock waits for an attempt like for any other message. */
  #dialling(): void {
    this.#endDial();
    void this.activity.track(
      () =>
        new Promise<void>((resolve) => {
          this.#endDial = resolve;
        }),
    );
  }

  #connected(connection: AnyConnection<'station'>): void {
    this.#endDial();
    this.#face.open(connection);
    this.#begin(() => this.#introduce());
  }

  /** Boot until accepted, then states, then what waits in the journal. */
  async #introduce(): Promise<void> {
    if (!this.#hasBooted) {
      const answer = await this.#face.boot(this.#bootReason);
      if (answer?.status !== 'Accepted') {
        const waitMs = (answer?.interval ?? 0) > 0 ? answer!.interval * 1000 : PENDING_RETRY_MS;
        this.#retryIn(waitMs, () => this.#begin(() => this.#introduce()));
        return;
      }
      this.#hasBooted = true;
      if (answer.interval > 0) this.#heartbeatS = answer.interval;
    }
    if (this.#line.connection === null) return;
    this.#isAccepted = true;
    this.act((station) => station.setOnline(true));
    this.#armHeartbeat();
    for (const { options } of this.station.evses) await this.#face.status(options.evseId);
    this.#begin(() => this.#deliverAll());
  }

  #disconnected(): void {
    this.#endDial();
    this.#isAccepted = false;
    this.#cancelHeartbeat();
    if (!this.#isClosed) this.act((station) => station.setOnline(false));
  }

  #hear(event: StationEvent): void {
    if (event.kind === 'booted') {
      this.#bootReason = event.reason;
      this.#hasBooted = false;
      if (this.#isReachable) this.#line.reconfigure({ url: this.#options.url });
      this.#line.redial();
      return;
    }
    if (event.kind === 'transaction') {
      this.#begin(() => this.#deliverAll());
      return;
    }
    if (this.#isAccepted) this.#begin(() => this.#face.tell(event));
  }

  /** One after the other, in order, until the journal is empty or the line gives up. */
  async #deliverAll(): Promise<void> {
    if (this.#isDelivering || !this.#isAccepted) return;
    this.#isDelivering = true;
    try {
      for (
        let event = this.station.journal.first();
        event !== undefined;
        event = this.station.journal.first()
      ) {
        const delivery = await this.#face.deliver(event);
        if (delivery === 'again' || !this.#isAccepted) {
          if (delivery !== 'again') this.station.journal.confirm(this.station.journal.first() ?? event);
          this.#retryIn(REDELIVER_MS, () => this.#begin(() => this.#deliverAll()));
          return;
        }
        // A new name of the transaction may have replaced the entry meanwhile: it is still the first.
        this.station.journal.confirm(this.station.journal.first() ?? event);
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  /** Not before the station has come to rest: it may be in the middle of letting time pass. */
  #begin(work: () => Promise<void>): void {
    void this.activity.track(async () => {
      await Promise.resolve();
      await work();
    });
  }

  #retryIn(delayMs: number, fire: () => void): void {
    this.#cancelRetry();
    if (!this.#isClosed) this.#cancelRetry = this.#options.clock.after(delayMs, fire);
  }

  #armHeartbeat(): void {
    this.#cancelHeartbeat();
    if (this.#heartbeatS <= 0 || this.#isClosed) return;
    this.#cancelHeartbeat = this.#options.clock.after(this.#heartbeatS * 1000, () => {
      if (this.#isAccepted) this.#begin(() => this.#face.heartbeat());
      this.#armHeartbeat();
    });
  }
}
