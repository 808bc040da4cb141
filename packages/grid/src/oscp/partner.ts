import { createHash } from 'node:crypto';
import type { MeasurementConfiguration } from './message.ts';

/**
 * `invited`: may register. `registered`: tokens are exchanged, no handshake yet. `online`: its forecasts hold. `offline`: it broke its promise
 * to be heard of; what it forecast no longer counts. `ended`: the registration is over, nothing it says is taken.
 */
export type PartnerState = 'invited' | 'registered' | 'online' | 'offline' | 'ended';

/** Another OSCP platform as this one knows it. */
export interface Partner {
  readonly id: string;
  readonly name: string;
  readonly role: 'cp' | 'co';
  /** `vector`: no registration and no handshake, a forecast every 15 minutes counts as the sign of life. */
  readonly dialect: 'standard' | 'vector';
  readonly state: PartnerState;
  /** SHA-256 of every token it may present now. */
  readonly tokenHashes: readonly string[];
  /** What this platform presents. */
  readonly outboundToken?: string;
  /** Where its messages go, with the version. */
  readonly baseUrl?: string;
  /** This platform sent the first Register and waits for the other half. */
  readonly awaitsRegister: boolean;
  /** Seconds between the heartbeats it wants of this platform; absent: none. */
  readonly heartbeatS?: number;
  readonly measurements: readonly MeasurementConfiguration[];
  /** From then on it may be presumed gone. */
  readonly offlineModeAtMs?: number;
  /** When it was last found gone; kept when it comes back: forecasts from before count no more. */
  readonly offlineSinceMs?: number;
  /** When it was last heard of after having been gone. */
  readonly backSinceMs?: number;
}

/** Where partners are kept. `save` resolves after the commit. */
export interface PartnerStore {
  load(): Promise<readonly Partner[]>;
  save(partner: Partner): Promise<void>;
}

export class MemoryPartnerStore implements PartnerStore {
  readonly #partners = new Map<string, Partner>();

  async load(): Promise<readonly Partner[]> {
    return [...this.#partners.values()];
  }

  async save(partner: Partner): Promise<void> {
    this.#partners.set(partner.id, partner);
  }
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** Nothing it presents opens a door any more. */
export function ended(partner: Partner): Partner {
  const { outboundToken: _token, baseUrl: _url, offlineModeAtMs: _at, ...rest } = partner;
  return { ...rest, state: 'ended', tokenHashes: [], awaitsRegister: false };
}

/** Partners in memory as they are in the store; changes of one partner follow each other, committed before they are seen. */
export class PartnerBook {
  readonly #store: PartnerStore;
  readonly #partners = new Map<string, Partner>();
  readonly #lanes = new Map<string, Promise<unknown>>();

  constructor(store: PartnerStore) {
    this.#store = store;
  }

  async load(): Promise<void> {
    for (const partner of await this.#store.load()) this.#partners.set(partner.id, partner);
  }

  list(): readonly Partner[] {
    return [...this.#partners.values()];
  }

  byId(id: string): Partner | undefined {
    return this.#partners.get(id);
  }

  byToken(token: string): Partner | undefined {
    const hash = tokenHash(token);
    return this.list().find(({ tokenHashes }) => tokenHashes.includes(hash));
  }

  async add(partner: Partner): Promise<void> {
    await this.#store.save(partner);
    this.#partners.set(partner.id, partner);
  }

  /** Undefined from `next` leaves everything as it is. Resolves to the partner before and after. */
  change(
    id: string,
    next: (partner: Partner) => Partner | undefined,
  ): Promise<{ readonly before: Partner; readonly after: Partner } | undefined> {
    const turn = (this.#lanes.get(id) ?? Promise.resolve()).then(async () => {
      const before = this.#partners.get(id);
      const after = before && next(before);
      if (before === undefined || after === undefined) return undefined;
      await this.#store.save(after);
      this.#partners.set(id, after);
      return { before, after };
    });
    this.#lanes.set(
      id,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
